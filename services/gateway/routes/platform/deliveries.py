"""Webhook deliveries on the platform face (contract, 14.3): listed, sent again, tested."""

from collections.abc import Mapping

import orjson

from services.gateway.changes import find_or_make, insert
from services.gateway.core.deliveries import new_delivery
from services.gateway.core.scopes import WEBHOOKS_READ, WEBHOOKS_WRITE
from services.gateway.faces.platform import present_delivery
from services.gateway.faces.shapes.platform.webhooks import Delivery
from services.gateway.http.answering import CREATED, created, listed
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import DELIVERY, ENDPOINT, Answers, AnyObject, Operation
from services.gateway.http.pages import read_page
from services.gateway.http.refusals import invalid, not_found
from shared.contracts.events import DeliveryRequested
from shared.contracts.ids import prefixed
from shared.contracts.instants import rfc3339
from shared.kit.documents import Range

TEST = "webhook.test"
DISABLED = "webhook: is disabled; a successful test enables it"


async def list_deliveries(call: Call) -> Answer:
    """The deliveries of the last 30 days, newest first."""
    # The store removes what is older some time later.
    where = {"webhook_id": call.found["webhook"]["_id"], "expires_at": Range(gt=call.parts.clock())}
    page = await read_page(call.parts.store.webhook_deliveries, where, call.page)
    return listed(call, page, present_delivery)


async def test_webhook(call: Call) -> Answer:
    """Send one message to the endpoint, once, whatever it subscribes to and whether it is enabled or not."""
    endpoint, now = call.found["webhook"], call.parts.clock()
    body = {"type": TEST, "timestamp": rfc3339(now), "data": {"webhook_id": endpoint["_id"]}}
    message_id = prefixed("msg", call.claim.resource_id)
    return await _requested(call, endpoint, message_id=message_id, event_type=TEST, body=body)


async def redeliver(call: Call) -> Answer:
    """Send the message of a delivery again, on the whole schedule."""
    before = call.found["delivery"]
    endpoint = await call.parts.reads.endpoints.load(before["webhook_id"])
    if endpoint is None or not ENDPOINT.is_shown(endpoint):
        raise not_found("Webhook")
    if endpoint["status"] != "enabled":
        raise invalid(DISABLED)
    return await _requested(call, endpoint, message_id=before["message_id"], event_type=before["event_type"])


async def _requested(
    call: Call, endpoint: Document, *, message_id: str, event_type: str, body: Mapping[str, object] | None = None
) -> Answer:
    """Store a delivery that says what it wants, and show it."""
    rows, delivery_id, now = call.parts.store.webhook_deliveries, _delivery_id(call), call.parts.clock()
    delivery = new_delivery(
        delivery_id,
        organization_id=endpoint["organization_id"],
        webhook_id=endpoint["_id"],
        message_id=message_id,
        event_type=event_type,
        created_at=now,
    )
    said = DeliveryRequested(
        delivery_id=delivery_id,
        endpoint_id=endpoint["_id"],
        organization_id=endpoint["organization_id"],
        message_id=message_id,
        message_type=event_type,
        body=None if body is None else orjson.dumps(body).decode(),
        tries_once=body is not None,
        requested_at=now,
    )
    made, _ = await find_or_make(rows, delivery_id, lambda: insert(call.parts.relay, rows, delivery, [said], now))
    return created(call, present_delivery(made))


def _delivery_id(call: Call) -> str:
    return prefixed("dlv", call.claim.resource_id)


_ONE = "/v1/webhooks/{webhook_id}"
_ALL = _ONE + "/deliveries"

OPERATIONS = (
    Operation(
        "GET",
        _ALL,
        list_deliveries,
        scope=WEBHOOKS_READ,
        finds=(ENDPOINT,),
        is_paged=True,
        answers=Answers(Delivery, "page"),
    ),
    Operation(
        "POST",
        _ALL + "/{delivery_id}/redeliver",
        redeliver,
        scope=WEBHOOKS_WRITE,
        finds=(ENDPOINT, DELIVERY),
        accepts=AnyObject,
        answers=Answers(
            Delivery,
            status=CREATED,
            refuses=(("validation_failed", DISABLED),),
        ),
    ),
    Operation(
        "POST",
        _ONE + "/test",
        test_webhook,
        scope=WEBHOOKS_WRITE,
        finds=(ENDPOINT,),
        accepts=AnyObject,
        answers=Answers(Delivery, status=CREATED),
    ),
)
