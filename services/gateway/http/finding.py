"""Check 7: the resources that the path names exist, and are the caller's."""

from collections.abc import Awaitable

from services.gateway.http.call import Call, Document
from services.gateway.http.operations import PathResource
from services.gateway.http.refusals import not_found


def begin_finding(call: Call) -> Awaitable[Document | None] | None:
    """Begin to read the resource in the path; None when there is none, or no id is spelled like one."""
    finds = call.operation.finds
    if not finds or not all(_is_spelled_right(call, resource) for resource in finds):
        return None
    return _load(call, finds[-1])


async def find(call: Call, reading: Awaitable[Document | None] | None) -> None:
    """Put the resource into `call.found`.

    Raises:
        Refusal: It is not there, not the caller's, or not within the resource before it in the path.
    """
    if not call.operation.finds:
        return
    resource = call.operation.finds[-1]
    document = None if reading is None else await reading
    if document is None or not _is_callers(call, resource, document):
        raise not_found(await _first_missing(call))
    call.found[resource.name] = document


async def _first_missing(call: Call) -> str:
    """What the sentence names: the first resource of the path that is not there."""
    *outer, last = call.operation.finds
    for resource in outer:
        if not _is_spelled_right(call, resource):
            return resource.shown
        document = await _load(call, resource)
        if document is None or not _is_callers(call, resource, document):
            return resource.shown
    return last.shown


def _load(call: Call, resource: PathResource) -> Awaitable[Document | None]:
    return resource.reads(call.parts.reads).load(call.parameters[resource.parameter])


def _is_spelled_right(call: Call, resource: PathResource) -> bool:
    return resource.is_form(call.parameters[resource.parameter])


def _is_callers(call: Call, resource: PathResource, document: Document) -> bool:
    return (
        (call.organization is None or document["organization_id"] == call.organization["_id"])
        and all(document.get(field) == call.parameters[field] for field in resource.within)
        and resource.is_shown(document)
    )
