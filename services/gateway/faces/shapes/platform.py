"""What the platform face answers (contract, sections 7 to 10, 14 and 15)."""

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from services.gateway.faces.shapes.shape import (
    ACTIVITY_ID,
    ANALYSIS_ID,
    BEGUN,
    CHANGED,
    DEAL_ID,
    DELIVERY_ID,
    MADE,
    MEMBER_ID,
    MESSAGE_ID,
    VIDEO_ID,
    WEBHOOK_ID,
    Id,
    Instant,
    Percent,
    Seconds,
    Shape,
    may_be_absent,
    shows,
)

WebhookId = Annotated[str, Field(pattern=r"^ep_[0-9a-f]{32}$")]
DeliveryId = Annotated[str, Field(pattern=r"^dlv_[0-9a-f]{32}$")]
MessageId = Annotated[str, Field(pattern=r"^msg_[0-9a-f]{32}$")]
Secret = Annotated[str, Field(pattern=r"^whsec_[A-Za-z0-9+/]+=*$")]


class VideoError(Shape):
    """Why a video cannot be analyzed."""

    code: Literal["unreadable", "file_too_large", "too_long", "resolution_too_high"] = Field(
        description="Stable, for switching on."
    )
    message: str = Field(description="For people; may change between versions.")


class Video(Shape):
    """A video, whichever face uploaded it."""

    model_config = shows(
        id=VIDEO_ID,
        title="my-video.mp4",
        status="ready",
        duration_seconds=120.5,
        owner_id=None,
        deal_id=None,
        created_at=MADE,
        updated_at=CHANGED,
    )

    id: Id = Field(description="UUIDv7, shared with the other faces.")
    title: str = Field(description="The name it was given, at first that of its file.")
    status: Literal["processing", "ready", "failed"] = Field(
        description="`processing`: waiting for the file or being prepared; `ready`: can be analyzed; "
        "`failed`: cannot be read, or is over a limit."
    )
    duration_seconds: Seconds | None = Field(description="Seconds; null until it is prepared.")
    owner_id: Id | None = Field(description="The member who uploaded it, or whom an operator set.")
    deal_id: Id | None = Field(description="The deal it belongs to; an operator sets it.")
    created_at: Instant
    updated_at: Instant
    error: VideoError = may_be_absent("Present only when `status` is `failed`.")


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


class ScoreFactor(Shape):
    """One of the factors that a deal's probability is made of."""

    id: str
    factor_id: str = Field(description="Stable over scorings and deals.")
    score: Percent = Field(description="0 to 100.")
    completion: Percent = Field(description="Share of the factor's evidence that is at hand, 0 to 100.")
    reason: str


_DEAL: dict[str, Any] = {
    "id": DEAL_ID,
    "title": "Acme, forty seats",
    "created_at": MADE,
    "updated_at": CHANGED,
    "product_id": "team",
    "owner_id": MEMBER_ID,
    "forecast_amount": 48000,
    "close_date": "2026-03-31T00:00:00.000Z",
    "probability": 62,
}


class DealInList(Shape):
    """A deal as lists show it; what is unknown is null."""

    model_config = shows(**_DEAL)

    id: Id
    title: str
    created_at: Instant
    updated_at: Instant
    product_id: str | None
    owner_id: Id | None = Field(description="A member of the organization.")
    forecast_amount: float | None = Field(description="In the organization's own currency.")
    close_date: Instant | None
    probability: Percent | None = Field(description="0 to 100.")


class Deal(DealInList):
    """A deal with the factors of its last completed scoring."""

    model_config = shows(
        **_DEAL,
        score_factors=[
            {
                "id": "3c5e7a9b1d2f4608",
                "factor_id": "next_step_agreed",
                "score": 70,
                "completion": 100,
                "reason": 'Said at 0:12: "I will send you the contract by Friday."',
            }
        ],
    )

    score_factors: list[ScoreFactor] = Field(description="Empty before the first completed scoring.")


_ACTIVITY: dict[str, Any] = {
    "id": ACTIVITY_ID,
    "deal_id": DEAL_ID,
    "type": "call",
    "title": "First call",
    "body": None,
    "actor_id": MEMBER_ID,
    "occurred_at": MADE,
    "created_at": MADE,
}


class Activity(Shape):
    """Something that happened in a deal."""

    model_config = shows(**_ACTIVITY)

    id: Id
    deal_id: Id
    type: str = Field(description="For example `call`, `email`, `meeting`, `note`.")
    title: str | None
    body: str | None
    actor_id: Id | None = Field(description="A member of the organization.")
    occurred_at: Instant
    created_at: Instant


_MEMBER: dict[str, Any] = {
    "id": MEMBER_ID,
    "name": "Ann Lee",
    "email": "ann@example.com",
    "role": "member",
    "created_at": MADE,
}


class Member(Shape):
    """A person of the organization."""

    model_config = shows(**_MEMBER)

    id: Id
    name: str
    email: str
    role: Literal["admin", "member"]
    created_at: Instant


_WEBHOOK: dict[str, Any] = {
    "id": WEBHOOK_ID,
    "url": "https://hooks.example.com/rushes",
    "events": ["video.analysis.completed"],
    "status": "enabled",
    "disabled_reason": None,
    "created_at": MADE,
    "updated_at": MADE,
}


class Webhook(Shape):
    """An endpoint that messages are sent to."""

    model_config = shows(**_WEBHOOK)

    id: WebhookId
    url: str
    events: list[str] = Field(description="The event types it gets; empty: all of them.")
    status: Literal["enabled", "disabled"]
    disabled_reason: Literal["gone", "failing"] | None = Field(
        description="`gone`: it answered 410; `failing`: nothing but failures for 5 days."
    )
    created_at: Instant
    updated_at: Instant


class WebhookWithSecret(Webhook):
    """An endpoint as its creation and the rotation of its secret show it, and nothing else."""

    model_config = shows(**_WEBHOOK, secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")  # noqa: S106  of no endpoint

    secret: Secret = Field(description="What signs its messages (Standard Webhooks): `whsec_` and base64.")


class Attempt(Shape):
    """One attempt to send a message."""

    number: Annotated[int, Field(ge=1)]
    at: Instant
    response_status: int | None = Field(description="Null when no response came.")
    error: (
        Literal["timeout", "connection_failed", "tls_failed", "dns_failed", "target_forbidden", "host_not_allowed"]
        | None
    ) = Field(description="Why no response came.")
    duration_ms: Annotated[int, Field(ge=0)] = Field(description="Milliseconds.")


class Delivery(Shape):
    """One message on its way to one endpoint."""

    model_config = shows(
        id=DELIVERY_ID,
        webhook_id=WEBHOOK_ID,
        message_id=MESSAGE_ID,
        event_type="video.analysis.completed",
        status="pending",
        next_attempt_at="2026-01-31T05:32:15.200Z",
        attempts=[{"number": 1, "at": CHANGED, "response_status": 500, "error": None, "duration_ms": 41}],
        created_at=CHANGED,
        finished_at=None,
    )

    id: DeliveryId
    webhook_id: WebhookId
    message_id: MessageId = Field(description="The `webhook-id` header: constant over retries and redeliveries.")
    event_type: str
    status: Literal["pending", "succeeded", "failed"]
    next_attempt_at: Instant | None = Field(description="Null once it has ended.")
    attempts: list[Attempt]
    created_at: Instant
    finished_at: Instant | None = Field(description="Null until it has ended.")
