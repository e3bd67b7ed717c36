"""Videos (platform contract, section 7)."""

from typing import Literal

from pydantic import Field

from services.gateway.faces.shapes.shape import (
    CHANGED,
    MADE,
    VIDEO_ID,
    Id,
    Instant,
    Seconds,
    Shape,
    may_be_absent,
    shows,
)


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
