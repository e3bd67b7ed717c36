"""What the admin face's bodies may say (contract, sections 1 and 3 to 6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from services.gateway.core.organization_settings import OrganizationSettings, merge
from services.gateway.core.scopes import SCOPES
from services.gateway.faces.shapes.shape import MADE, MEMBER_ID, shows
from shared.contracts.instants import to_milliseconds

READ_ONLY = ("id", "created_at", "updated_at", "score_factors")
LONGEST_NAME = 200
LONGEST_TITLE = 500
LONGEST_EMAIL = 320
LONGEST_TEXT = 100_000

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]


def read_instant(text: object) -> datetime:
    """An RFC 3339 instant with its offset.

    Raises:
        ValueError: It is anything else.
    """
    if not isinstance(text, str):
        raise ValueError("must be a date-time as text")  # noqa: TRY004  pydantic takes ValueError for a refusal
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None and text[10:11] in ("T", "t"):
            return to_milliseconds(instant)
    except (ValueError, OverflowError):
        pass
    raise ValueError("must be an RFC 3339 date-time with an offset, e.g. 2026-01-31T05:31:56Z")


def known_scope(name: str) -> str:
    """The scope of that name.

    Raises:
        ValueError: There is none.
    """
    if name not in SCOPES:
        raise ValueError(f"{name!r} is no scope")
    return name


InstantText = Annotated[datetime, BeforeValidator(read_instant)]
Scopes = list[Annotated[str, AfterValidator(known_scope), Field(json_schema_extra={"enum": sorted(SCOPES)})]]


class Body(BaseModel):
    """A body in which null stands for a member's default."""

    model_config = ConfigDict(strict=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_the_default(cls, value: Any) -> Any:  # noqa: ANN401  any JSON
        return merge({}, value) if isinstance(value, Mapping) else value


class Patch(BaseModel):
    """A merge patch; what it may not name is refused, and the rest is looked at once it is merged."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="after")
    def _names_nothing_read_only(self) -> Self:
        for name in READ_ONLY:
            if name in (self.model_extra or {}):
                raise ValueError(f"{name}: is read-only")
        return self


class OrganizationBody(Body):
    """An organization as an operator wants it."""

    model_config = shows(name="Acme", settings={"checklist_enabled": True})

    name: Name
    is_active: bool = True
    settings: OrganizationSettings = OrganizationSettings()


class KeyBody(Body):
    """What may be changed of an API key."""

    model_config = shows(is_active=False, name="ci")

    name: Name
    scopes: Scopes | None = Field(default=None, description="What it may do; null: everything, empty: nothing.")
    is_active: bool = Field(default=True, description="If false, its next call is 401.")
    expires_at: InstantText | None = Field(default=None, description="An instant in the past makes it expired.")


class NewKeyBody(Body):
    """An API key to make or, with `import_key`, to take over."""

    model_config = shows(name="ci", scopes=["videos:read", "analyses:write"])

    name: Name
    scopes: Scopes | None = Field(default=None, description="What it may do; null: everything, empty: nothing.")
    member_id: str | None = Field(default=None, description="Whom its uploads belong to.")
    expires_at: InstantText | None = Field(default=None, description="An instant in the past makes it expired.")
    import_key: str | None = Field(
        default=None,
        description="An existing raw key to take over: `lymo_` or `lvz_live_` and at least 16 characters.",
    )


class MemberBody(Body):
    """What may be changed of a member."""

    model_config = shows(name="Ann Lee", email="ann@example.com", role="admin")

    name: Name
    email: Annotated[
        str,
        Field(
            min_length=3,
            max_length=LONGEST_EMAIL,
            pattern=r"^[^@\s]+@[^@\s]+$",
            description="Unique in the organization.",
        ),
    ]
    role: Literal["admin", "member"] = "member"
    external_id: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)] | None = Field(
        default=None, description="What the `sub` of a session token is matched with; unique over the installation."
    )


class DealBody(Body):
    """What may be changed of a deal."""

    model_config = ConfigDict(
        allow_inf_nan=False, **shows(title="Acme, forty seats", owner_id=MEMBER_ID, forecast_amount=48000)
    )

    title: Title
    product_id: Annotated[str, Field(max_length=LONGEST_NAME)] | None = None
    owner_id: str | None = Field(default=None, description="A member of the organization.")
    forecast_amount: float | None = None
    close_date: InstantText | None = None
    probability: Annotated[float, Field(ge=0, le=100)] | None = Field(
        default=None, description="0 to 100; stands until the next completed scoring."
    )


class ActivityBody(Body):
    """What may be changed of an activity; without `occurred_at` it happened when it was created."""

    model_config = shows(title="First call", type="call", occurred_at=MADE)

    type: Annotated[str, Field(min_length=1, max_length=64)]
    title: Annotated[str, Field(max_length=LONGEST_TITLE)] | None = None
    body: Annotated[str, Field(max_length=LONGEST_TEXT)] | None = None
    actor_id: str | None = Field(default=None, description="A member of the organization.")
    occurred_at: InstantText | None = Field(default=None, description="Default: when it was created.")


class NewMemberBody(MemberBody):
    """A member to make."""

    created_at: InstantText | None = Field(default=None, description="For imports; default: now.")


class NewDealBody(DealBody):
    """A deal to make."""

    created_at: InstantText | None = Field(default=None, description="For imports; default: now.")


class NewActivityBody(ActivityBody):
    """An activity to make."""

    created_at: InstantText | None = Field(default=None, description="For imports; default: now.")


class VideoBody(Body):
    """What may be changed of a video."""

    model_config = shows(title="First call", owner_id=MEMBER_ID)

    title: Title
    owner_id: str | None = Field(default=None, description="A member of the organization.")
    deal_id: str | None = Field(default=None, description="A deal of the organization.")
