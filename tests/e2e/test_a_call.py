"""A sales call goes in, its analysis comes out, and everybody who asked to be told is told."""

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.insights.core.summary import clock
from shared.contracts.events import RunCompleted, RunCreated, VideoAnalysisCompleted, VideoReady
from shared.contracts.plans import ANALYSIS
from shared.testkit.client import Client
from shared.testkit.ear import Ear
from shared.testkit.receiver import Receiver
from shared.testkit.variants import variant
from tests.accuracy.words import word_errors

DATA = Path(__file__).parents[1] / "data"
CLIP = DATA / "short_call.mp4"
TITLE = "Maya und Daniel: Grüße"
TRUTH = json.loads((DATA / "short_call.json").read_text())
FRAME_SECONDS = 1 / TRUTH["frame_rate"]

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """Everything that a client saw of one call, from the upload to the analysis."""

    hook: str
    secret: str
    video: Json
    streamed: list[tuple[str, Json]]
    analysis: Json
    transcript: list[Json]

    @property
    def events(self) -> list[Json]:
        events: list[Json] = self.analysis["result"]["events"]
        return events

    @property
    def sections(self) -> dict[str, str]:
        return {section["title"]: section["content"] for section in self.analysis["result"]["summary"]["sections"]}


@pytest.fixture(scope="module")
async def call(client: Client, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Call:
    """The call in bytes that nobody has worked on, uploaded and analysed while its progress is followed."""
    hook = f"/call-{secrets.token_hex(4)}"
    tenant = await client.tenant("a call", webhook_allowed_hostnames=["localhost"])
    endpoint = await client.post(tenant, "/webhooks", {"url": receiver.url(hook)})
    video = await client.upload(tenant, variant(CLIP, secrets.randbits(64), tmp_path_factory.mktemp("call")), TITLE)
    video = await client.until(tenant, f"/videos/{video['id']}", "ready", "failed")
    path = f"/videos/{video['id']}"
    analysis = await client.post(tenant, f"{path}/analyses")
    streamed = [event async for event in client.stream(tenant, f"{path}/analyses/{analysis['id']}/stream")]
    return Call(
        hook=hook,
        secret=endpoint["secret"],
        video=video,
        streamed=streamed,
        analysis=await client.get(tenant, f"{path}/analyses/{analysis['id']}"),
        transcript=await client.get(tenant, f"{path}/transcript"),
    )


def words(text: str) -> list[str]:
    return re.findall(r"[\w$']+", text.lower())


def test_the_video_is_ready_and_as_long_as_it_is(call: Call) -> None:
    assert call.video["status"] == "ready"
    assert call.video["duration_seconds"] == pytest.approx(TRUTH["duration_seconds"], abs=FRAME_SECONDS)
    assert call.video["title"] == TITLE


def test_the_analysis_is_completed(call: Call) -> None:
    assert call.analysis["status"] == "completed"
    assert call.analysis["video_id"] == call.video["id"]


def test_what_was_said_is_what_is_written(call: Call) -> None:
    said = words(" ".join(sentence["text"] for sentence in TRUTH["sentences"]))
    heard = words(" ".join(row["text"] for row in call.transcript))
    assert word_errors(heard, said) <= 0.1 * len(said)


def test_each_sentence_stands_where_it_was_said(call: Call) -> None:
    assert len(call.transcript) == len(TRUTH["sentences"])
    for row, truth in zip(call.transcript, TRUTH["sentences"], strict=True):
        assert row["start_seconds"] == pytest.approx(truth["start_seconds"], abs=0.4)
        assert row["end_seconds"] == pytest.approx(truth["end_seconds"], abs=0.4)


def test_the_cut_is_found_where_it_is_to_a_frame(call: Call) -> None:
    _, *after = TRUTH["shots"]
    changes = [event for event in call.events if event["type"] == "visual_change"]
    assert [change["start_seconds"] for change in changes] == pytest.approx(
        [shot["start_seconds"] for shot in after], abs=FRAME_SECONDS
    )
    assert [change["end_seconds"] for change in changes] == pytest.approx(
        [shot["end_seconds"] for shot in after], abs=FRAME_SECONDS
    )


def test_the_talk_of_money_is_noticed_where_it_was(call: Call) -> None:
    spoken = {row["text"]: (row["start_seconds"], row["end_seconds"]) for row in call.transcript}
    noticed = [event for event in call.events if event["type"] != "visual_change"]
    assert {"question", "pricing"} <= {event["type"] for event in noticed}
    for event in noticed:
        assert spoken[event["description"]] == (event["start_seconds"], event["end_seconds"])


def test_the_summary_quotes_sentences_of_the_transcript_at_their_times(call: Call) -> None:
    said = {f"[{clock(row['start_seconds'])}] {row['text']}" for row in call.transcript}
    quoting = {title: content.split("\n") for title, content in call.sections.items() if title != "Structure"}
    assert {"Overview", "Key points"} <= set(quoting)
    for lines in quoting.values():
        assert set(lines) <= said
    assert any("budget" in event["description"] for event in call.events if event["type"] == "question")


def test_the_summary_counts_the_shots_right(call: Call) -> None:
    assert call.sections["Structure"].startswith(
        f"The video has {len(TRUTH['shots'])} shots; the longest begins at 0:00"
    )


def test_the_stream_only_rises_and_ends_with_what_get_returns(call: Call) -> None:
    names = [name for name, _ in call.streamed]
    assert names == ["progress"] * (len(names) - 1) + ["end"]
    percents = [data["progress_percent"] for _, data in call.streamed]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert 100 not in percents[:-1]
    assert call.streamed[-1][1]["resource"] == call.analysis


def test_the_stream_names_the_stages_in_their_order(call: Call) -> None:
    order = [step.stage for step in ANALYSIS.steps]
    named = [data["current_stage"] for _, data in call.streamed if data["current_stage"] is not None]
    assert named == sorted(named, key=order.index)
    assert call.streamed[-1][1]["current_stage"] is None


async def test_the_webhooks_are_signed_and_tell_the_resource_as_it_is(call: Call, receiver: Receiver) -> None:
    messages = await receiver.arrived(2, call.hook)
    told = {body["type"]: body["data"] for body in (message.verified(call.secret) for message in messages)}
    assert told == {
        "video.ready": call.video,
        "video.analysis.completed": {name: value for name, value in call.analysis.items() if name != "result"},
    }


async def test_the_bus_says_each_of_it_once_and_the_webhooks_say_the_same(
    call: Call, receiver: Receiver, ear: Ear
) -> None:
    (ready,) = await ear.until(VideoReady, call.video["id"])
    (completed,) = await ear.until(VideoAnalysisCompleted, call.analysis["id"])
    assert ready.timestamp < completed.timestamp
    said = [
        *ear.messages(VideoReady, [call.video["id"]]),
        *ear.messages(VideoAnalysisCompleted, [call.analysis["id"]]),
    ]
    received = {message.message_id: message.body for message in await receiver.arrived(2, call.hook)}
    assert received == {envelope.id: orjson.dumps(envelope.data) for envelope in said}


@pytest.mark.parametrize("kind", [RunCreated, RunCompleted])
async def test_both_runs_are_said_to_begin_and_to_end(
    call: Call, ear: Ear, kind: type[RunCreated | RunCompleted]
) -> None:
    for run, run_kind in ((call.video["id"], "preparation"), (call.analysis["id"], "analysis")):
        (fact,) = await ear.until(kind, run)
        assert (fact.run_kind, fact.video_id) == (run_kind, call.video["id"])
