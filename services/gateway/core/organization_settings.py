"""An organization's settings: their schema, their defaults, and what a PATCH makes of them (admin contract, 3)."""

from collections.abc import Mapping
from itertools import chain
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.contracts.hostnames import normalise_entry

MOST_ITEMS = 100
MOST_PHRASES = 100
MOST_CHECKLIST_CHARACTERS = 150_000
"""A checklist travels in one message, of which Kafka takes 1 MiB; a character can need six bytes."""
LONGEST_DEADLINE_SECONDS = 86_400
MOST_REQUESTS = 1_000_000
"""More than any one key can make in a minute: a bound against nonsense."""

Json = Mapping[str, Any]


class ChecklistItem(BaseModel):
    """One thing that a call must do; each phrase counts as evidence of it."""

    model_config = ConfigDict(strict=True, frozen=True)

    item_id: Annotated[str, Field(min_length=1, max_length=64)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=2000)] | None = None
    phrases: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=MOST_PHRASES)] = []


class RateLimit(BaseModel):
    """The token bucket of each key of the organization."""

    model_config = ConfigDict(strict=True, frozen=True)

    requests_per_minute: Annotated[int, Field(ge=1, le=MOST_REQUESTS)]
    burst: Annotated[int, Field(ge=1, le=MOST_REQUESTS)]


class OrganizationSettings(BaseModel):
    """All settings of an organization, each with its default."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)

    checklist_enabled: bool = Field(default=False, description="Whether analyses evaluate the checklist.")
    checklist: Annotated[list[ChecklistItem], Field(max_length=MOST_ITEMS)] = Field(
        default=[], description="What they evaluate; every `item_id` is unique in the list."
    )
    webhook_allowed_hostnames: Annotated[
        list[Annotated[str, AfterValidator(normalise_entry)]], Field(max_length=1000)
    ] = Field(default=[], description="Hostnames and `*.` wildcards, without scheme, port and path.")
    run_deadline_seconds: Annotated[int, Field(ge=1, le=LONGEST_DEADLINE_SECONDS)] | None = Field(
        default=None, description="Exact deadline of its runs in seconds; null: the installation's."
    )
    rate_limit: RateLimit | None = Field(default=None, description="Per key; null: the installation's.")
    library_minutes: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="Minutes of processing on the library face; null: no limit."
    )
    library_bonus_minutes: Annotated[float, Field(ge=0)] = Field(default=0, description="Minutes beyond those.")

    @model_validator(mode="after")
    def _items_are_told_apart(self) -> Self:
        names = [item.item_id for item in self.checklist]
        if len(set(names)) < len(names):
            raise ValueError("checklist: every item_id must be unique in the list")
        return self

    @model_validator(mode="after")
    def _checklist_fits_in_a_message(self) -> Self:
        if sum(map(len, chain.from_iterable(map(_texts, self.checklist)))) > MOST_CHECKLIST_CHARACTERS:
            raise ValueError(f"checklist: all its texts together may have {MOST_CHECKLIST_CHARACTERS} characters")
        return self


def _texts(item: ChecklistItem) -> list[str]:
    return [item.item_id, item.title, item.description or "", *item.phrases]


def merge(current: Json, patch: Json) -> dict[str, Any]:
    """The members of `current` with those of a merge patch: null resets, objects merge, all else is replaced."""
    merged = dict(current)
    for name, value in patch.items():
        before = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            merged[name] = merge(before if isinstance(before, Mapping) else {}, value)
        else:
            merged[name] = value
    return merged
