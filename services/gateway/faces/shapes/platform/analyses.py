"""Analyses, their parts and their streams (platform contract, sections 6, 8 and 15)."""

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from services.gateway.faces.shapes.shape import (
    ANALYSIS_ID,
    BEGUN,
    CHANGED,
    MADE,
    VIDEO_ID,
    Id,
    Instant,
    Percent,
    Seconds,
    Shape,
    may_be_absent,
    shows,
)


class RunError(Shape):
    """Why a run failed."""

    code: Literal["timeout", "analysis_failed", "scoring_failed", "internal_error"] = Field(
        description="`timeout`: the deadline passed; `analysis_failed`, `scoring_failed`: it cannot be computed from "
        "this input; `internal_error`: anything else."
    )
    message: str = Field(description="For people; may change between versions.")


class SummarySection(Shape):
    """One section of a summary."""

    id: str = Field(description="Which section it is, e.g. `next_steps`.")
    title: str
    content: str


_SECTION = {"id": "next_steps", "title": "Next steps", "content": "I will send you the contract by Friday."}


class Summary(Shape):
    """The summary of a video: each section only where there is evidence for it."""

    model_config = shows(sections=[_SECTION])

    sections: list[SummarySection]


class ChecklistEvaluation(Shape):
    """How one item of the organization's checklist was met."""

    item_id: str = Field(description="The item's id in the organization's settings.")
    title: str
    passed: bool
    score: Percent = Field(description="0 to 100.")
    reason: str = Field(description="Why, with the evidence and its time.")


_EVALUATION = {
    "item_id": "budget",
    "title": "Budget was discussed",
    "passed": True,
    "score": 80,
    "reason": 'Said at 0:12: "What budget do you have in mind?"',
}


class Checklist(Shape):
    """The evaluation of the organization's checklist: one entry for each item."""

    model_config = shows(items=[_EVALUATION])

    items: list[ChecklistEvaluation]


_EVENT = {
    "id": "4f2a9c1e7b3d5086",
    "type": "pricing",
    "title": "Pricing",
    "description": "What would it cost for forty seats?",
    "start_seconds": 12.5,
    "end_seconds": 20.0,
}


class InsightEvent(Shape):
    """Something notable that happens between two instants of the video."""

    model_config = shows(**_EVENT)

    id: str
    type: str = Field(description="What kind of event it is, e.g. `pricing`, `objection`, `next_step`.")
    title: str
    description: str
    start_seconds: Seconds = Field(description="Seconds from the beginning of the video.")
    end_seconds: Seconds = Field(description="Seconds from the beginning of the video.")


class AnalysisResult(Shape):
    """What an analysis found; events are ordered by `start_seconds`, then `id`."""

    summary: Summary
    checklist: Checklist = may_be_absent("Left out when the organization had checklists off at the time of the run.")
    events: list[InsightEvent]


class _AnalysisMembers(Shape):
    """What an analysis shows in every state."""

    id: Id
    video_id: Id
    created_at: Instant
    updated_at: Instant


class AnalysisProcessing(_AnalysisMembers):
    """An analysis that is queued or in flight."""

    status: Literal["processing"]
    started_at: Instant = may_be_absent("Left out until work starts.")


class AnalysisCompleted(_AnalysisMembers):
    """An analysis that succeeded; it never changes again."""

    status: Literal["completed"]
    started_at: Instant
    finished_at: Instant
    result: AnalysisResult


class AnalysisFailed(_AnalysisMembers):
    """An analysis that failed for good; it never changes again."""

    status: Literal["failed"]
    started_at: Instant = may_be_absent("Left out when work had not started.")
    finished_at: Instant
    error: RunError


_NEW_ANALYSIS: dict[str, Any] = {
    "id": ANALYSIS_ID,
    "video_id": VIDEO_ID,
    "status": "processing",
    "created_at": MADE,
    "updated_at": MADE,
}


class NewAnalysis(_AnalysisMembers):
    """An analysis as its creation shows it."""

    model_config = shows(**_NEW_ANALYSIS)

    status: Literal["processing"]


class Analysis(
    RootModel[Annotated[AnalysisProcessing | AnalysisCompleted | AnalysisFailed, Field(discriminator="status")]]
):
    """An analysis of a video; `result` and `error` are there only in the state they belong to."""

    model_config = shows(
        **_NEW_ANALYSIS
        | {
            "status": "completed",
            "started_at": BEGUN,
            "finished_at": CHANGED,
            "updated_at": CHANGED,
            "result": {
                "summary": {"sections": [_SECTION]},
                "checklist": {"items": [_EVALUATION]},
                "events": [_EVENT],
            },
        }
    )


class AnalysisProgress(Shape):
    """The data of both events of an analysis' stream."""

    model_config = shows(progress_percent=42, current_stage="transcription", resource=_NEW_ANALYSIS)

    progress_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        description="Never falls, and is 100 only when the run is completed."
    )
    current_stage: str | None = Field(description="The stage in flight; null while queued and after the end.")
    resource: Analysis = Field(description="What GET returns under `data` at that moment.")


class TranscriptRow(Shape):
    """A sentence that was said; rows are ordered by `start_seconds`, then `id`."""

    model_config = shows(
        id="9b1d7e3f5a2c4068",
        speaker=None,
        text="What budget do you have in mind?",
        start_seconds=12.5,
        end_seconds=14.1,
    )

    id: str
    speaker: str | None = Field(description="Who said it; null when that is not known.")
    text: str
    start_seconds: Seconds = Field(description="Seconds from the beginning of the video.")
    end_seconds: Seconds = Field(description="Seconds from the beginning of the video.")
