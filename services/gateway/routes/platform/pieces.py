"""Piecemeal reads of the latest completed analysis of a video (contract, 8.4)."""

from services.gateway.analyses import latest_completed
from services.gateway.core.run import artifacts_of
from services.gateway.core.scopes import ANALYSES_READ
from services.gateway.faces.platform import present_transcript_row
from services.gateway.faces.shapes.platform.analyses import Checklist, InsightEvent, Summary, TranscriptRow
from services.gateway.http.answering import shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import VIDEO, Answers, Operation
from services.gateway.http.refusals import not_found


async def get_summary(call: Call) -> Answer:
    """The summary."""
    return await _single(call, "summary", "Summary")


async def get_checklist(call: Call) -> Answer:
    """The checklist's evaluation; there is none when the run began with checklists off."""
    return await _single(call, "checklist", "Checklist")


async def get_events(call: Call) -> Answer:
    """The sales events."""
    analysis = await _latest(call)
    return shown(call, [] if analysis is None else analysis["result"]["events"])


async def get_transcript(call: Call) -> Answer:
    """The sentences in the order in which they begin."""
    analysis = await _latest(call)
    sentences = [] if analysis is None else await _sentences(call, analysis)
    return shown(call, [present_transcript_row(sentence) for sentence in sentences])


async def _single(call: Call, member: str, named: str) -> Answer:
    analysis = await _latest(call)
    if analysis is None or member not in analysis["result"]:
        raise not_found(named)
    return shown(call, analysis["result"][member])


async def _latest(call: Call) -> Document | None:
    return await latest_completed(call.parts.store.runs, call.owner, call.found["video"]["_id"])


async def _sentences(call: Call, analysis: Document) -> list[Document]:
    where = {
        "video_id": analysis["video_id"],
        "artifact_address": artifacts_of(analysis["run"])["transcription"].address,
        "module": "transcription",
    }
    return await call.parts.store.segments.find(where, sort=(("start_seconds", 1), ("_id", 1)))


_VIDEO = "/v1/videos/{video_id}"

OPERATIONS = tuple(
    Operation("GET", f"{_VIDEO}/{name}", act, scope=ANALYSES_READ, finds=(VIDEO,), answers=answers)
    for name, act, answers in (
        ("summary", get_summary, Answers(Summary, refuses=(("not_found", "Summary not found"),))),
        ("checklist", get_checklist, Answers(Checklist, refuses=(("not_found", "Checklist not found"),))),
        ("events", get_events, Answers(InsightEvent, "list")),
        ("transcript", get_transcript, Answers(TranscriptRow, "list")),
    )
)
