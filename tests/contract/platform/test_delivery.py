"""Webhooks as they arrive (platform contract, 14.4 to 14.7)."""

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from shared.testkit.receiver import Answer, Received, Receiver


async def subscribed(make_tenant, receiver: Receiver, path: str, *events: str):
    """A tenant whose webhook goes to that path of the receiver, and its secret."""
    tenant = await make_tenant(webhook_allowed_hostnames=["localhost"])
    endpoint = await tenant.post("/v1/webhooks", json={"url": receiver.url(path), "events": list(events)})
    return tenant, endpoint.data["secret"]


async def analysis_of(tenant, video_id: str):
    """A completed analysis."""
    analysis = (await tenant.post(f"/v1/videos/{video_id}/analyses")).data
    return await tenant.until(f"/v1/videos/{video_id}/analyses/{analysis['id']}", "completed")


def svix_only(message: Received) -> dict[str, str]:
    """The message's headers as a receiver sees them that knows the svix names alone."""
    return {name.replace("svix-", "webhook-"): value for name, value in message.headers.items() if "svix-" in name}


async def test_item_54_a_completed_analysis_is_told_once_and_verifies_by_both_header_sets(
    make_tenant, receiver: Receiver
) -> None:
    tenant, secret = await subscribed(make_tenant, receiver, "/item-54", "video.analysis.completed")
    analysis = await analysis_of(tenant, await tenant.ready_video())
    (message,) = await receiver.arrived(1, "/item-54")
    body = message.verified(secret)
    assert body == Webhook(secret).verify(message.body, svix_only(message))
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(message.body + b" ", svix_only(message))
    assert message.headers["content-type"] == "application/json"
    assert message.headers["user-agent"] == "Rushes-Webhooks/1.0"
    assert body["type"] == "video.analysis.completed"
    assert body["data"] == {name: value for name, value in analysis.items() if name != "result"}
    await analysis_of(tenant, await tenant.ready_video())
    first, second = await receiver.arrived(2, "/item-54")
    assert (first.message_id, second.verified(secret)["data"]["id"]) != (second.message_id, analysis["id"])


async def test_item_55_a_failing_receiver_gets_the_same_message_again(make_tenant, receiver: Receiver) -> None:
    receiver.script("/item-55", 500, 500, afterwards=200)
    tenant, secret = await subscribed(make_tenant, receiver, "/item-55", "video.ready")
    await tenant.ready_video()
    attempts = await receiver.arrived(3, "/item-55", seconds=60)
    assert len({attempt.message_id for attempt in attempts}) == 1
    assert len({attempt.body for attempt in attempts}) == 1
    stamps = [int(attempt.headers["webhook-timestamp"]) for attempt in attempts]
    assert stamps == sorted(stamps)
    assert len({attempt.headers["webhook-signature"] for attempt in attempts}) == len(set(stamps))
    for attempt in attempts:
        attempt.verified(secret)


async def test_item_55_a_redirect_is_a_failure_and_is_not_followed(make_tenant, receiver: Receiver) -> None:
    elsewhere = Answer(status=302, headers={"Location": receiver.url("/item-55-elsewhere")})
    receiver.script("/item-55-moved", elsewhere, afterwards=200)
    tenant, secret = await subscribed(make_tenant, receiver, "/item-55-moved", "video.ready")
    await tenant.ready_video()
    again = (await receiver.arrived(2, "/item-55-moved", seconds=60))[1]
    again.verified(secret)
    assert receiver.received("/item-55-elsewhere") == []
