"""The model's side, against a real server on the loopback that behaves well, slowly and wrongly."""

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.insights.core.checklist import ChecklistItem
from services.insights.core.events import find_events
from services.insights.core.summary import summarise
from services.insights.settings import Settings
from services.insights.stage import InsightsParameters, make_stage
from services.insights.writing import write
from shared.contracts.artifacts import SourceReference
from shared.contracts.reports.insights import ChecklistEvaluation, ChecklistReport, InsightsReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.kit.stage import Inputs
from shared.testkit.chat import KEY, WRONG, Behaviour, Handler, Loopback, listening
from shared.writing import asking
from shared.writing.chat import Server
from tests.unit.insights.conftest import MODELS_DIR, said, talk

CALL = talk(
    ("What would it cost for fifty seats?", ["question", "pricing"]),
    ("It is 30 dollars a seat each month.", ["pricing"]),
)
ITEM = ChecklistItem(item_id="price", title="The price was named")
REPORT = InsightsReport(
    sections=summarise(CALL, ()),
    events=find_events(CALL, ()),
    checklist=ChecklistReport(
        items=(
            ChecklistEvaluation(
                item_id="price", title=ITEM.title, passed=False, score=0, reason="By rules.", evidence=()
            ),
        )
    ),
)
SECTIONS = {"sections": {"overview": [{"text": "A seat is 30 dollars each month.", "sentences": [2]}]}}
CHECKLIST = {"checklist": [{"item": 1, "score": 90, "reason": "The price of 30 dollars was named.", "sentences": [2]}]}
EVENTS = {"events": [{"type": "pricing", "sentence": 2, "title": "Seats at 30 dollars"}]}
ALL = json.dumps(SECTIONS | CHECKLIST | EVENTS)
INVENTED = json.dumps(
    {
        "sections": {"overview": [{"text": "Joan buys 900 seats.", "sentences": [1, 2, 3]}]},
        "checklist": [{"item": 1, "score": 900, "reason": '"Trust me", says Joan.', "sentences": [2]}],
        "events": [{"type": "wedding", "sentence": 2, "title": "Joan marries"}],
    }
)
BAD: dict[str, Behaviour] = {
    **WRONG,
    "invented": lambda handler: handler.say(INVENTED),
    "cut off": lambda handler: handler.say(ALL[: len(ALL) // 2]),
}


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0.01)
    with listening() as server:
        yield server


def written(server: Server) -> InsightsReport:
    return write(server, CALL.sentences, REPORT, (ITEM,), lambda _: None)


def test_a_model_writes_from_the_same_evidence(loopback: Loopback) -> None:
    loopback.behaviour = lambda handler: handler.say(f"Here you are:\n```json\n{ALL}\n```")
    report = written(loopback.model())
    assert report.sections[0].content == "[0:05] A seat is 30 dollars each month."
    assert report.checklist is not None
    assert (report.checklist.items[0].passed, report.checklist.items[0].score) == (True, 90)
    assert "Seats at 30 dollars" in {event.title for event in report.events}
    assert report.written_by == "tiny-writer"
    assert len(loopback.heard) == 3
    for path, authorization, body in loopback.heard:
        assert (path, authorization, body["model"]) == ("/v1/chat/completions", f"Bearer {KEY}", "tiny-writer")
        assert "2. [0:05] It is 30 dollars a seat each month." in body["messages"][1]["content"]


@pytest.mark.parametrize("how", BAD)
def test_what_rules_found_stands_whatever_goes_wrong(how: str, loopback: Loopback) -> None:
    loopback.behaviour = BAD[how]
    assert written(loopback.model(timeout_seconds=0.5)) == REPORT


def test_nobody_listening_is_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0.01)
    assert written(Server("http://127.0.0.1:9", "m", 5.0, "a key\nof two lines")) == REPORT


def test_what_came_before_the_limit_stands(loopback: Loopback) -> None:
    def once(handler: Handler) -> None:
        handler.say(ALL) if len(loopback.heard) == 1 else WRONG["slow"](handler)

    loopback.behaviour = once
    report = written(loopback.model(timeout_seconds=0.5))
    assert report.sections[0].content == "[0:05] A seat is 30 dollars each month."
    assert (report.events, report.checklist) == (REPORT.events, REPORT.checklist)


def test_a_call_without_words_asks_nobody(loopback: Loopback) -> None:
    silent = InsightsReport(sections=(), events=())
    assert write(loopback.model(), (), silent, (), lambda _: None) == silent
    assert loopback.heard == []


def settings(**values: Any) -> Settings:
    return Settings(insights_api_url="https://models.test/v1", insights_model="tiny-writer", **values)


def test_whether_and_which_model_writes_is_part_of_the_address_and_the_key_is_not() -> None:
    def address(chosen: Settings) -> str:
        stage = make_stage(chosen)
        inputs = dict.fromkeys(stage.input_stages, "0" * 64)
        digests = dict.fromkeys(stage.models, "0" * 64)
        return stage.address(stage.parameters, source_sha256="0" * 64, inputs=inputs, model_digests=digests)

    different = [
        Settings(),
        settings(),
        settings(insights_edition="2"),
        Settings(insights_api_url="https://models.test/v1", insights_model="other"),
        Settings(insights_api_url="https://elsewhere.test/v1", insights_model="tiny-writer"),
    ]
    assert len({address(one) for one in different}) == len(different)
    assert address(settings()) == address(settings(insights_api_key=KEY, insights_timeout_seconds=5))
    assert KEY not in make_stage(settings(insights_api_key=KEY)).parameters.model_dump_json()


def test_an_offer_with_a_checklist_keeps_the_writer() -> None:
    stage = make_stage(settings())
    parameters = stage.parameters_for({"checklist": [{"item_id": "price", "title": "The price was named"}]})
    assert (parameters.writer, parameters.checklist) == (stage.parameters.writer, (ITEM,))
    assert InsightsParameters().writer is None


def test_the_stage_reaches_a_pool_process_with_its_server() -> None:
    work = pickle.loads(pickle.dumps(make_stage(settings(insights_api_key=KEY)).run))  # noqa: S301  our own bytes
    assert work.args[0].endpoint == "https://models.test/v1/chat/completions"


def test_the_stage_asks_its_server_and_falls_back_to_quotations(loopback: Loopback, tmp_path: Path) -> None:
    texts = [sentence.text for sentence in CALL.sentences]
    heard = TranscriptionReport(language="en", language_probability=1.0, sentences=tuple(said(*texts)))
    cut = VideoAnalysisReport(duration_seconds=10.0, shots=(), groups=(), scenes=())
    for name, report in {"transcription": heard, "video_analysis": cut}.items():
        folder = tmp_path / "inputs" / name
        folder.mkdir(parents=True)
        (folder / "report.json").write_text(report.model_dump_json(), "utf-8")
    stage = make_stage(
        Settings(
            insights_api_url=f"http://127.0.0.1:{loopback.server_port}/v1",
            insights_model="tiny-writer",
            insights_timeout_seconds=5.0,
        )
    )
    inputs = Inputs(tmp_path, SourceReference(bucket="b", key="k", sha256="0" * 64, size_bytes=1), MODELS_DIR, 2)
    loopback.behaviour = lambda handler: handler.say(ALL)
    by_model = stage.run(inputs, stage.parameters, lambda _: None)
    assert by_model.written_by == "tiny-writer"
    assert by_model.sections[0].content == "[0:05] A seat is 30 dollars each month."
    loopback.behaviour = WRONG["error"]
    by_rules = stage.run(inputs, stage.parameters, lambda _: None)
    assert by_rules.written_by == "rules"
    assert by_rules.sections[0].content.splitlines()[-1] == "[0:05] It is 30 dollars a seat each month."


def test_an_address_without_a_model_is_refused() -> None:
    with pytest.raises(ValueError, match="INSIGHTS_MODEL"):
        Settings(insights_api_url="https://models.test/v1")
