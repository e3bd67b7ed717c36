"""The model's side, against a real server on the loopback that behaves well, slowly and wrongly."""

import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from services.video_reasoning.core.composing import compose, subjects
from services.video_reasoning.core.focus import focus_of
from services.video_reasoning.core.measured import Measured
from services.video_reasoning.settings import Settings
from services.video_reasoning.stage import VideoReasoningParameters, make_stage
from services.video_reasoning.writing import write
from shared.contracts.reports.video_reasoning import Description
from shared.testkit.chat import KEY, WRONG, Behaviour, Loopback, listening
from shared.writing import asking
from shared.writing.chat import Server

INVENTED = '{"descriptions": [{"of": "video", "sentences": [{"text": "Maya wins 3 prizes.", "facts": [1]}]}]}'
BAD: dict[str, Behaviour] = {**WRONG, "invented": lambda handler: handler.say(INVENTED)}


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0.01)
    with listening() as server:
        yield server


def written(server: Server, measured: Measured, wish: str = "") -> tuple[list[Description], list[Description]]:
    """What the model made of it, and what the rules would say."""
    focus = focus_of(wish)
    told = subjects(measured, focus)
    composed = [compose(subject, focus) for subject in told]
    return write(server, told, composed, wish, lambda _: None), composed


def test_a_model_writes_from_the_same_facts(loopback: Loopback, call: Measured) -> None:
    sentences = [
        {"text": "The video has 5 shots in 3 scenes.", "facts": [1]},
        {"text": "It cost 900 dollars.", "facts": [1]},
    ]
    loopback.behaviour = lambda handler: handler.say(
        json.dumps({"descriptions": [{"of": "video", "sentences": sentences}]})
    )
    (whole, *scenes), (_, *by_rules) = written(loopback.model(), call, "How is it cut?")
    assert [(one.text, one.sources) for one in whole.statements] == [
        ("The video has 5 shots in 3 scenes.", ("scenes", "shots"))
    ]
    assert whole.written_by == "tiny-writer"
    assert scenes == by_rules
    ((path, authorization, body),) = loopback.heard
    assert (path, authorization, body["model"]) == ("/v1/chat/completions", f"Bearer {KEY}", "tiny-writer")
    asked = body["messages"][1]["content"]
    assert "1. The video lasts 18 seconds" in asked
    assert asked.endswith("How is it cut?")


@pytest.mark.parametrize("how", BAD)
def test_the_composed_sentences_stand_whatever_goes_wrong(how: str, loopback: Loopback, call: Measured) -> None:
    loopback.behaviour = BAD[how]
    descriptions, composed = written(loopback.model(timeout_seconds=0.5), call)
    assert descriptions == composed
    assert all(path == "/v1/chat/completions" for path, _, _ in loopback.heard)


def test_nobody_listening_is_no_harm(call: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PAUSE_SECONDS", 0.01)
    descriptions, composed = written(Server("http://127.0.0.1:9", "m", 5.0, KEY), call)
    assert descriptions == composed


def test_a_server_that_recovers_is_asked_again(loopback: Loopback, call: Measured) -> None:
    good = json.dumps(
        {"descriptions": [{"of": "video", "sentences": [{"text": "The video has 5 shots.", "facts": [1]}]}]}
    )
    loopback.behaviour = lambda handler: handler.say(good) if len(loopback.heard) > 1 else handler.answer(b"", 503)
    (whole, *_), _ = written(loopback.model(), call)
    assert [one.text for one in whole.statements] == ["The video has 5 shots."]


def test_the_key_is_in_no_line_of_the_log_and_no_representation(
    loopback: Loopback, call: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    loopback.behaviour = WRONG["refused"]
    written(loopback.model(), call)
    said = capsys.readouterr()
    assert KEY not in said.out + said.err + repr(loopback.model())


def settings(**values: Any) -> Settings:
    return Settings(reasoning_api_url="https://models.test/v1", reasoning_model="tiny-writer", **values)


def test_whether_and_which_model_writes_is_part_of_the_address_and_the_key_is_not() -> None:
    def address(chosen: Settings) -> str:
        stage = make_stage(chosen)
        inputs = dict.fromkeys(stage.input_stages, "0" * 64)
        return stage.address(stage.parameters, source_sha256="0" * 64, inputs=inputs, model_digests={})

    different = [
        Settings(),
        settings(),
        settings(reasoning_edition="2"),
        Settings(reasoning_api_url="https://models.test/v1", reasoning_model="other"),
        Settings(reasoning_api_url="https://elsewhere.test/v1", reasoning_model="tiny-writer"),
    ]
    assert len({address(one) for one in different}) == len(different)
    assert address(settings()) == address(settings(reasoning_api_key=KEY, reasoning_timeout_seconds=5))
    assert KEY not in make_stage(settings(reasoning_api_key=KEY)).parameters.model_dump_json()


def test_the_stage_reaches_a_pool_process_with_its_server() -> None:
    work = pickle.loads(pickle.dumps(make_stage(settings(reasoning_api_key=KEY)).run))  # noqa: S301  our own bytes
    assert work.args[0].endpoint == "https://models.test/v1/chat/completions"


def test_an_address_without_a_model_is_refused() -> None:
    with pytest.raises(ValueError, match="REASONING_MODEL"):
        Settings(reasoning_api_url="https://models.test/v1")


@pytest.mark.parametrize(("wish", "heeded"), [(None, ""), ("  a \n b ", "a b"), ("x" * 5000, "x" * 2000)])
def test_a_wish_is_bounded_and_never_fails_a_run(wish: Any, heeded: str) -> None:
    stage = make_stage(Settings())
    assert stage.parameters_for({"initial_prompt": wish}).initial_prompt == heeded
    assert VideoReasoningParameters().writer is None
