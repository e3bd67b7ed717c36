"""Webhook endpoints on the platform face (contract, 14.1 to 14.3)."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.changes import change, find_or_make, insert
from services.gateway.core.resources import new_endpoint
from services.gateway.core.scopes import WEBHOOKS_READ, WEBHOOKS_WRITE
from services.gateway.core.secrets import SECRET_BYTES, rotated, spell_secret
from services.gateway.faces.platform import present_endpoint
from services.gateway.faces.shapes.platform.webhooks import Webhook, WebhookWithSecret
from services.gateway.faces.shapes.shape import shows
from services.gateway.http.answering import CREATED, NO_CONTENT, created, gone, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import ENDPOINT, Answers, AnyObject, Operation
from services.gateway.http.refusals import Refusal, not_found
from services.gateway.store import NEWEST_FIRST
from shared.contracts.events import EndpointDeleted, EndpointRegistered, Event
from shared.contracts.hostnames import InvalidTarget, is_allowed, target_of
from shared.contracts.ids import prefixed
from shared.kit.documents import In

LONGEST_URL = 2048
NOT_ALLOWED = (("invalid_webhook_url", "url: evil.example is not an allowed hostname of this organization"),)

EventName = Literal[
    "video.ready",
    "video.analysis.completed",
    "video.analysis.failed",
    "deal.scoring.completed",
    "deal.scoring.failed",
]


class NewWebhook(BaseModel):
    """What an endpoint is made of; no events means all of them."""

    model_config = ConfigDict(
        strict=True, **shows(url="https://hooks.example.com/rushes", events=["video.analysis.completed"])
    )

    url: Annotated[
        str,
        Field(max_length=LONGEST_URL, description="https, with a hostname that the organization's settings allow."),
    ]
    events: list[EventName] = Field(default=[], description="The event types it gets; empty or left out: all of them.")


async def create_webhook(call: Call) -> Answer:
    """Register an endpoint; the answer alone shows its secret."""
    wanted: NewWebhook = call.body
    check_target(wanted.url, call.tenant["settings"]["webhook_allowed_hostnames"])
    endpoint_id = prefixed("ep", call.claim.resource_id)
    made, _ = await find_or_make(call.parts.store.endpoints, endpoint_id, lambda: _register(call, endpoint_id, wanted))
    return created(call, present_endpoint(made, secret=made["secrets"][0]))


async def list_webhooks(call: Call) -> Answer:
    """All endpoints, newest first."""
    where = {"organization_id": call.owner, "status": In("enabled", "disabled")}
    endpoints = await call.parts.store.endpoints.find(where, sort=NEWEST_FIRST)
    return shown(call, [present_endpoint(endpoint) for endpoint in endpoints])


async def get_webhook(call: Call) -> Answer:
    """One endpoint."""
    return shown(call, present_endpoint(call.found["webhook"]))


async def delete_webhook(call: Call) -> Answer:
    """Remove an endpoint; what is still owed to it is dropped."""
    parts, endpoint_id = call.parts, call.found["webhook"]["_id"]
    if await change(parts.relay, parts.store.endpoints, endpoint_id, parts.clock, _delete) is None:
        raise not_found("Webhook")
    return gone()


async def rotate_secret(call: Call) -> Answer:
    """Give the endpoint a new secret; the one before signs too for a day."""
    parts, endpoint_id = call.parts, call.found["webhook"]["_id"]
    secret, rotation = spell_secret(secrets.token_bytes(SECRET_BYTES)), call.claim.resource_id
    endpoint = await change(
        parts.relay, parts.store.endpoints, endpoint_id, parts.clock, lambda *of: _rotate(secret, rotation, *of)
    )
    if endpoint is None or endpoint["status"] == "deleted":
        raise not_found("Webhook")
    return shown(call, present_endpoint(endpoint, secret=endpoint["secrets"][0]))


def check_target(url: str, allowed_hostnames: Sequence[str]) -> None:
    """Refuse what is no https URL, or is not on the organization's list."""
    try:
        target = target_of(url)
    except InvalidTarget as error:
        raise Refusal("invalid_webhook_url", f"url: {error}") from error
    if not is_allowed(target.host, allowed_hostnames):
        raise Refusal("invalid_webhook_url", f"url: {target.host} is not an allowed hostname of this organization")


async def _register(call: Call, endpoint_id: str, wanted: NewWebhook) -> Document:
    now = call.parts.clock()
    secret = spell_secret(secrets.token_bytes(SECRET_BYTES))
    events = list(dict.fromkeys(wanted.events))
    endpoint = new_endpoint(
        endpoint_id, organization_id=call.owner, url=wanted.url, events=[*events], secret=secret, now=now
    )
    return await insert(call.parts.relay, call.parts.store.endpoints, endpoint, [_registration(endpoint)], now)


async def _rotate(secret: str, rotation: str, endpoint: Document, now: datetime) -> Sequence[Event]:
    """A rotation that is made again, because its answer was lost, changes nothing."""
    if endpoint["status"] == "deleted" or endpoint["rotated_by"] == rotation:
        return ()
    signing, until = rotated(endpoint["secrets"], secret, now)
    endpoint |= {"secrets": signing, "secrets_until": until, "rotated_by": rotation, "updated_at": now}
    return (_registration(endpoint),)


def _registration(endpoint: Document) -> EndpointRegistered:
    return EndpointRegistered(
        endpoint_id=endpoint["_id"],
        organization_id=endpoint["organization_id"],
        url=endpoint["url"],
        events=tuple(endpoint["events"]),
        secrets=tuple(endpoint["secrets"]),
        secrets_until=tuple(endpoint["secrets_until"]),
        created_at=endpoint["created_at"],
    )


async def _delete(endpoint: Document, now: datetime) -> Sequence[Event]:
    """The document stays until what it says has been published, and shows itself to nobody."""
    if endpoint["status"] == "deleted":
        return ()
    endpoint |= {"status": "deleted", "secrets": [], "secrets_until": [], "updated_at": now}
    return (EndpointDeleted(endpoint_id=endpoint["_id"], organization_id=endpoint["organization_id"]),)


_ALL = "/v1/webhooks"
_ONE = _ALL + "/{webhook_id}"

OPERATIONS = (
    Operation("GET", _ONE, get_webhook, scope=WEBHOOKS_READ, finds=(ENDPOINT,), answers=Answers(Webhook)),
    Operation(
        "DELETE",
        _ONE,
        delete_webhook,
        scope=WEBHOOKS_WRITE,
        finds=(ENDPOINT,),
        answers=Answers(None, status=NO_CONTENT),
    ),
    Operation(
        "POST",
        _ALL,
        create_webhook,
        scope=WEBHOOKS_WRITE,
        accepts=NewWebhook,
        answers=Answers(
            WebhookWithSecret,
            status=CREATED,
            refuses=NOT_ALLOWED,
        ),
    ),
    Operation(
        "POST",
        _ONE + "/rotate-secret",
        rotate_secret,
        scope=WEBHOOKS_WRITE,
        finds=(ENDPOINT,),
        accepts=AnyObject,
        answers=Answers(WebhookWithSecret),
    ),
    Operation("GET", _ALL, list_webhooks, scope=WEBHOOKS_READ, answers=Answers(Webhook, "list")),
)
