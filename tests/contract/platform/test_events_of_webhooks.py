"""Sections 14.1 to 14.7 of the platform contract beyond the checklist: who gets which message, and when none."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.gateway.core.deliveries import LISTED, new_delivery
from shared.contracts.ids import new_id, prefixed
from shared.kit.documents import Documents
from shared.testkit.patience import until
from shared.testkit.receiver import Receiver


@pytest.fixture
def path():
    """A path of the receiver that is this test's own."""
    return f"/events-{secrets.token_hex(4)}"


@pytest.fixture
async def shop(make_tenant):
    return await make_tenant(webhook_allowed_hostnames=["localhost"])


async def registered(tenant, url, *events):
    return (await tenant.post("/v1/webhooks", json={"url": url, "events": list(events)})).data


async def attempted(tenant, endpoint):
    """The endpoint's delivery, the only one, once it shows an attempt."""

    async def look():
        listed = (await tenant.get(f"/v1/webhooks/{endpoint['id']}/deliveries")).data
        return next((one for one in listed if one["attempts"]), None)

    return await until(look, seconds=60, every_seconds=0.1)


async def test_a_transition_is_one_message_to_every_endpoint_that_wants_it(shop, receiver: Receiver, path):
    everything, again = [await registered(shop, receiver.url(path)) for _ in range(2)]
    other = await registered(shop, receiver.url(f"{path}-other"), "video.analysis.failed", "deal.scoring.completed")
    video_id = await shop.ready_video()
    messages = await receiver.arrived(2, path)
    assert len({message.message_id for message in messages}) == len({message.body for message in messages}) == 1
    assert len({message.headers["webhook-signature"] for message in messages}) == 2
    verified = [message.verified(endpoint["secret"]) for message, endpoint in paired(messages, (everything, again))]
    assert verified[0] == verified[1]
    assert set(verified[0]) == {"type", "timestamp", "data"}
    assert verified[0]["type"] == "video.ready"
    assert verified[0]["data"] == (await shop.get(f"/v1/videos/{video_id}")).data
    assert verified[0]["timestamp"] >= verified[0]["data"]["updated_at"]
    assert "." not in messages[0].message_id
    assert (await shop.get(f"/v1/webhooks/{other['id']}/deliveries")).data == []
    assert receiver.received(f"{path}-other") == []


def paired(messages, endpoints):
    """Each message with the endpoint whose secret signed it: they come in any order."""

    def signed(message, endpoint):
        try:
            Webhook(endpoint["secret"]).verify(message.body, dict(message.headers))
        except WebhookVerificationError:
            return False
        return True

    pairs = [(message, endpoint) for message in messages for endpoint in endpoints if signed(message, endpoint)]
    assert len(pairs) == len(endpoints)
    return pairs


async def test_a_failed_analysis_is_told_with_its_error(shop, receiver: Receiver, path, database):
    endpoint = await registered(shop, receiver.url(path), "video.analysis.failed", "video.analysis.completed")
    video_id = await shop.ready_video()
    # No stage can read what ingest has left, once its address leads nowhere.
    video = await database["videos"].find_one({"_id": video_id})
    video["run"]["stages"][0]["artifact"]["address"] = "0" * 64
    await database["videos"].replace_one({"_id": video_id}, video)
    analysis = (await shop.post(f"/v1/videos/{video_id}/analyses")).data
    ended = await shop.until(f"/v1/videos/{video_id}/analyses/{analysis['id']}", "failed")
    (message,) = await receiver.arrived(1, path)
    body = message.verified(endpoint["secret"])
    assert (body["type"], body["data"]) == ("video.analysis.failed", ended)
    assert set(ended["error"]) == {"code", "message"}
    assert ended["error"]["code"] in ("timeout", "analysis_failed", "internal_error")
    delivery = await attempted(shop, endpoint)
    assert (delivery["message_id"], delivery["event_type"]) == (message.message_id, "video.analysis.failed")


async def test_a_host_that_is_no_longer_listed_gets_nothing(shop, receiver: Receiver, path):
    endpoint = await registered(shop, receiver.url(path), "video.ready")
    assert (await shop.patch(settings={"webhook_allowed_hostnames": ["hooks.example.com"]})).status == 200
    assert (await shop.get(f"/v1/webhooks/{endpoint['id']}")).data["status"] == "enabled"
    await shop.ready_video()
    first = (await attempted(shop, endpoint))["attempts"][0]
    assert (first["number"], first["response_status"], first["error"]) == (1, None, "host_not_allowed")
    assert receiver.received(path) == []


async def test_deliveries_are_listed_for_thirty_days(shop, receiver: Receiver, path, stack):
    endpoint = await registered(shop, receiver.url(path), "video.ready")
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    rows = documents.collection("webhook_deliveries")
    young = timedelta(days=29, hours=23)
    made = [
        new_delivery(
            prefixed("dlv", new_id()),
            organization_id=shop.id,
            webhook_id=endpoint["id"],
            message_id=prefixed("msg", new_id()),
            event_type="video.ready",
            created_at=datetime.now(UTC) - age,
        )
        for age in (young, LISTED + timedelta(seconds=5))
    ]
    for row in made:
        await rows.insert(row)
    await documents.close()
    listed = (await shop.get(f"/v1/webhooks/{endpoint['id']}/deliveries")).data
    assert [one["id"] for one in listed] == [made[0]["_id"]]


@pytest.mark.parametrize(
    ("entry", "allowed", "refused"),
    [
        ("Bücher.example", ["https://bücher.EXAMPLE/x", "https://xn--bcher-kva.example"], ["https://a.bücher.example"]),
        ("*.Bücher.example.", ["https://a.b.xn--bcher-kva.example./"], ["https://bücher.example"]),
        ("192.0.2.7", ["https://192.0.2.7:8443", "https://3221225991/"], ["https://192.0.2.8"]),
        ("2001:db8::7", ["https://[2001:DB8:0::7]:444/x"], ["https://[2001:db8::8]"]),
        ("*", [], ["https://hooks.example.com", "https://a.b", "https://192.0.2.7"]),
    ],
)
async def test_item_51_an_entry_in_other_spellings(make_tenant, entry, allowed, refused):
    tenant = await make_tenant(webhook_allowed_hostnames=[entry])
    for url in allowed:
        made = await tenant.post("/v1/webhooks", json={"url": url})
        assert (made.status, made.data["url"]) == (201, url)
    for url in refused:
        assert (await tenant.post("/v1/webhooks", json={"url": url})).error == (422, "invalid_webhook_url")
