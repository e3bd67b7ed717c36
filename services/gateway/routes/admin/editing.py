"""One shape for every PATCH of the admin face: merge, look at the outcome, store it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from services.gateway.changes import change
from services.gateway.core.organization_settings import merge
from services.gateway.http.call import Call, Document
from services.gateway.http.content import fitted
from services.gateway.http.refusals import not_found
from shared.contracts.events import Event
from shared.contracts.instants import rfc3339
from shared.kit.documents import Collection

B = TypeVar("B", bound=BaseModel)

Check = Callable[[B], Awaitable[None]]
Apply = Callable[[Document, B], Mapping[str, Any]]


async def patched(
    call: Call,
    collection: Collection,
    shown: str,
    identity: str,
    *,
    current: Callable[[Document], Mapping[str, Any]],
    schema: type[B],
    apply: Apply[B],
    check: Check[B] | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Document:
    """The resource with the call's merge patch applied, however many others change it at the same time.

    `shown` is what the sentence of a 404 calls it, when it is gone meanwhile. `current` gives its members that may be
    changed, `schema` is what the outcome must fit, with `defaults` where the schema cannot know them; `check` refuses
    what the schema cannot see, and `apply` gives the document's fields that the outcome sets.

    Raises:
        Refusal: The outcome does not fit, or the resource is gone.
        DuplicateId: A value that must be unique is taken.
    """

    async def merged(document: Document, now: datetime) -> Sequence[Event]:
        wanted = fitted(schema, {**(defaults or {}), **merge(spelled(current(document)), call.json)})
        if check is not None:
            await check(wanted)
        document |= {**apply(document, wanted), "updated_at": now}
        return ()

    changed = await change(call.parts.relay, collection, identity, call.parts.clock, merged)
    if changed is None:
        raise not_found(shown)
    return changed


def spelled(members: Mapping[str, Any]) -> dict[str, Any]:
    """Members as JSON spells them: instants as text."""
    return {name: rfc3339(value) if isinstance(value, datetime) else value for name, value in members.items()}
