"""What the admin face answers, where it is not what the platform face answers (contract, sections 3 to 7)."""

from typing import Annotated, Any

from pydantic import Field

from services.gateway.faces.shapes.platform import deals
from services.gateway.faces.shapes.platform.webhooks import Secret
from services.gateway.faces.shapes.shape import (
    CHANGED,
    DEAL_ID,
    KEY_ID,
    MADE,
    MEMBER_ID,
    ORGANIZATION_ID,
    Id,
    Instant,
    Shape,
    may_be_absent,
    shows,
)

Count = Annotated[int, Field(ge=1)]


class ChecklistEntry(Shape):
    """One thing that a call must do."""

    item_id: str = Field(description="Unique in the list.")
    title: str
    description: str | None
    phrases: list[str] = Field(description="Words or phrases each of which counts as evidence.")


class KeyRate(Shape):
    """The token bucket of each key of the organization."""

    requests_per_minute: Count = Field(description="Calls per minute that are let through for good.")
    burst: Count = Field(description="Calls that may come at once.")


class Settings(Shape):
    """All settings of an organization; a change holds for requests and runs that begin after it."""

    checklist_enabled: bool = Field(description="Whether analyses evaluate the checklist.")
    checklist: list[ChecklistEntry]
    webhook_allowed_hostnames: list[str] = Field(description="Hostnames and `*.` wildcards, in lower-case punycode.")
    run_deadline_seconds: Count | None = Field(
        description="Exact deadline of its runs in seconds; null: the installation's."
    )
    rate_limit: KeyRate | None = Field(description="Per key; null: the installation's.")
    library_minutes: float | None = Field(description="Minutes of processing on the library face; null: no limit.")
    library_bonus_minutes: float = Field(description="Minutes beyond those.")


class Organization(Shape):
    """An organization with all its settings."""

    model_config = shows(
        id=ORGANIZATION_ID,
        name="Acme",
        is_active=True,
        settings={
            "checklist_enabled": False,
            "checklist": [
                {
                    "item_id": "budget",
                    "title": "Budget was discussed",
                    "description": None,
                    "phrases": ["budget", "price range"],
                }
            ],
            "webhook_allowed_hostnames": ["hooks.example.com", "*.example.org"],
            "run_deadline_seconds": None,
            "rate_limit": {"requests_per_minute": 60, "burst": 60},
            "library_minutes": None,
            "library_bonus_minutes": 0,
        },
        created_at=MADE,
        updated_at=CHANGED,
    )

    id: Id
    name: str
    is_active: bool = Field(description="If false, every key of it gets 403.")
    settings: Settings
    created_at: Instant
    updated_at: Instant


def _example_of(shape: type[Shape]) -> dict[str, Any]:
    """The example of a shape, to be extended."""
    extra: Any = shape.model_config["json_schema_extra"]
    example: dict[str, Any] = extra["examples"][0]
    return example


class Member(deals.Member):
    """A member, with what only the operator sees."""

    model_config = shows(**_example_of(deals.Member), external_id="auth0|5f7c8ec7c33c6c004bbafe82", updated_at=MADE)

    external_id: str | None = Field(description="What the `sub` of a session token is matched with; unique.")
    updated_at: Instant


class Activity(deals.Activity):
    """An activity, with the instant of its last change."""

    model_config = shows(**_example_of(deals.Activity), updated_at=MADE)

    updated_at: Instant


_KEY: dict[str, Any] = {
    "id": KEY_ID,
    "name": "ci",
    "key_prefix": "rsh_live_a1B2c3...",
    "raw_key": None,
    "scopes": ["videos:read"],
    "member_id": None,
    "is_active": True,
    "expires_at": None,
    "last_used_at": None,
    "created_at": MADE,
    "updated_at": MADE,
}


class _KeyState(Shape):
    """What every answer shows of a key."""

    id: Id
    name: str
    key_prefix: str = Field(description="Its beginning, to recognize it by.")
    scopes: list[str] | None = Field(description="What it may do; null: everything, empty: nothing.")
    member_id: Id | None = Field(description="Whom its uploads belong to.")
    is_active: bool
    expires_at: Instant | None
    last_used_at: Instant | None
    created_at: Instant
    updated_at: Instant


class Key(_KeyState):
    """An API key; the key itself is not stored and never shown again."""

    model_config = shows(**_KEY)

    raw_key: None = Field(description="Always null: only the creation shows it.")


class NewKey(_KeyState):
    """An API key as its creation shows it; keep `raw_key`, nothing shows it again."""

    model_config = shows(**_KEY | {"raw_key": "rsh_live_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0"})

    raw_key: str | None = Field(description="The key; null when it was imported, and in a replay.")


class StudioSecret(Shape):
    """The secret that signs an organization's studio webhooks."""

    model_config = shows(
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",  # noqa: S106  of no organization
        previous_secret=None,
        previous_expires_at=None,
    )

    secret: Secret
    previous_secret: Secret | None = Field(description="The one before, as long as it signs too.")
    previous_expires_at: Instant | None = Field(description="Until when it does.")


class VideoForm(Shape):
    """The form that a video arrives in."""

    model_config = shows(file="(the bytes of my-video.mp4)", title="First call", owner_id=MEMBER_ID, deal_id=DEAL_ID)

    file: str = Field(description="The video file with its name.", json_schema_extra={"format": "binary"})
    title: str = may_be_absent("Default: the file's name.")
    owner_id: Id = may_be_absent("A member of the organization.")
    deal_id: Id = may_be_absent("A deal of the organization.")
