"""What every shape is made of: a closed object, the spelling of ids and instants, members that may be left out."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

VIDEO_ID = "0198a6f2-4c1e-7d3a-9b52-6f0e8c1d2a47"
ANALYSIS_ID = "0198a6f5-90b7-7e21-8a4d-3c5b7f9e1d60"
DEAL_ID = "0198a6e0-1f5c-7b8e-a3d9-52c4e6f80b13"
SCORING_ID = "0198a6fa-3d2b-7c15-8e47-b6a9d0f1c2e3"
MEMBER_ID = "0198a6df-7a20-7c46-b1e8-94d3f5a6c702"
ORGANIZATION_ID = "0198a6de-02d4-7f19-8c6b-e1a2b3c4d5f6"
ACTIVITY_ID = "0198a6e4-6b3d-7a95-92f7-08e9d1c2b3a4"
KEY_ID = "0198a6df-2e81-7d07-bf34-a5c6d7e8f901"
WEBHOOK_ID = "ep_0198a6f03b5a7c1d8e2f405162738495"
DELIVERY_ID = "dlv_0198a6f8a6b77d3e9f50617283940a1b"
MESSAGE_ID = "msg_0198a6f8a4c27b1c8d3e4f5061728394"
REQUEST_ID = "req_0198a6f9c0d17e2f8a3b4c5d6e7f8091"

EXAMPLE_IDS = {
    "organization": ORGANIZATION_ID,
    "video": VIDEO_ID,
    "analysis": ANALYSIS_ID,
    "deal": DEAL_ID,
    "activity": ACTIVITY_ID,
    "scoring": SCORING_ID,
    "member": MEMBER_ID,
    "key": KEY_ID,
    "webhook": WEBHOOK_ID,
    "delivery": DELIVERY_ID,
}
"""By the names that paths have for the resources."""

MADE = "2026-01-31T05:31:56.120Z"
CHANGED = "2026-01-31T05:32:10.004Z"
BEGUN = "2026-01-31T05:31:57.310Z"

_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"

Id = Annotated[str, Field(pattern=_UUID, json_schema_extra={"format": "uuid"})]
"""A UUIDv7."""

Instant = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
        json_schema_extra={"format": "date-time"},
    ),
]
"""RFC 3339 in UTC with milliseconds and the suffix Z."""

Seconds = Annotated[float, Field(ge=0)]
"""A time from the beginning of the video."""

Percent = Annotated[float, Field(ge=0, le=100)]


class Shape(BaseModel):
    """An object with these members and no others."""

    model_config = ConfigDict(strict=True, extra="forbid")


def shows(**members: Any) -> ConfigDict:  # noqa: ANN401  any JSON
    """The configuration of a shape whose documentation shows an example with these members."""
    example: JsonDict = members
    return ConfigDict(json_schema_extra={"examples": [example]})


def may_be_absent(description: str) -> Any:  # noqa: ANN401  as pydantic's own Field
    """A member that is left out, not null, where it does not apply."""
    return Field(default_factory=lambda: None, description=description)
