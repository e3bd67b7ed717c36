"""Items 56 and 57 of the platform contract's checklist, and the rest of 14.3: tests, deliveries, rotation."""

import secrets

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from shared.testkit.patience import until
from shared.testkit.receiver import Receiver

UNKNOWN = f"ep_{'0' * 32}"
UNKNOWN_DELIVERY = f"dlv_{'0' * 32}"


@pytest.fixture
def path():
    """A path of the receiver that is this test's own."""
    return f"/managed-{secrets.token_hex(4)}"


@pytest.fixture
async def owner(make_tenant):
    return await make_tenant(webhook_allowed_hostnames=["localhost"])


async def registered(tenant, receiver: Receiver, path: str, *events: str):
    return (await tenant.post("/v1/webhooks", json={"url": receiver.url(path), "events": list(events)})).data


async def shown(tenant, endpoint, **wanted):
    """The endpoint once it shows these members."""

    async def look():
        found = (await tenant.get(f"/v1/webhooks/{endpoint['id']}")).data
        return found if wanted.items() <= found.items() else None

    return await until(look, seconds=60, every_seconds=0.1)


async def ended(tenant, endpoint, delivery_id, status):
    """The delivery once it has ended so."""

    async def look():
        listed = (await tenant.get(f"/v1/webhooks/{endpoint['id']}/deliveries")).data
        return next((one for one in listed if one["id"] == delivery_id and one["status"] != "pending"), None)

    found = await until(look, seconds=60, every_seconds=0.1)
    assert found["status"] == status
    return found


async def probed(tenant, endpoint):
    answer = await tenant.post(f"/v1/webhooks/{endpoint['id']}/test")
    assert answer.status == 201
    return answer.data


def verifies(secret, message):
    try:
        Webhook(secret).verify(message.body, message.headers)
    except WebhookVerificationError:
        return False
    return True


async def test_a_test_is_sent_once_whatever_the_filter(owner, receiver: Receiver, path) -> None:
    receiver.script(path, 500)
    endpoint = await registered(owner, receiver, path, "video.ready")
    made = await probed(owner, endpoint)
    assert (made["status"], made["attempts"], made["event_type"]) == ("pending", [], "webhook.test")
    found = await ended(owner, endpoint, made["id"], "failed")
    (attempt,) = found["attempts"]
    assert (attempt["number"], attempt["response_status"], attempt["error"]) == (1, 500, None)
    assert found["next_attempt_at"] is None
    assert found["finished_at"] >= found["created_at"] == made["created_at"]
    (message,) = await receiver.arrived(1, path)
    assert message.message_id == made["message_id"]
    assert message.verified(endpoint["secret"])["data"] == {"webhook_id": endpoint["id"]}
    assert (await owner.get(f"/v1/webhooks/{endpoint['id']}")).data["status"] == "enabled"


async def test_item_56_gone_disables_and_a_successful_test_enables(owner, receiver: Receiver, path) -> None:
    receiver.script(path, 410, 500, afterwards=200)
    endpoint = await registered(owner, receiver, path, "video.ready")
    await owner.ready_video()
    await shown(owner, endpoint, status="disabled", disabled_reason="gone")
    await owner.ready_video()
    (first,) = await receiver.arrived(1, path)
    (delivery,) = (await owner.get(f"/v1/webhooks/{endpoint['id']}/deliveries")).data
    await ended(owner, endpoint, delivery["id"], "failed")
    again = await owner.post(f"/v1/webhooks/{endpoint['id']}/deliveries/{delivery['id']}/redeliver")
    assert again.error == (422, "validation_failed")
    await ended(owner, endpoint, (await probed(owner, endpoint))["id"], "failed")
    assert (await owner.get(f"/v1/webhooks/{endpoint['id']}")).data["status"] == "disabled"
    await ended(owner, endpoint, (await probed(owner, endpoint))["id"], "succeeded")
    await shown(owner, endpoint, status="enabled", disabled_reason=None)
    redelivered = await owner.post(f"/v1/webhooks/{endpoint['id']}/deliveries/{delivery['id']}/redeliver")
    assert redelivered.status == 201
    assert redelivered.data["message_id"] == first.message_id == delivery["message_id"]
    assert redelivered.data["id"] != delivery["id"]
    await ended(owner, endpoint, redelivered.data["id"], "succeeded")
    last = (await receiver.arrived(4, path))[-1]
    assert (last.message_id, last.body) == (first.message_id, first.body)
    await owner.ready_video()
    assert len(await receiver.arrived(5, path)) == 5


async def test_item_57_after_a_rotation_both_secrets_sign(owner, receiver: Receiver, path) -> None:
    endpoint = await registered(owner, receiver, path)
    key = {"Idempotency-Key": secrets.token_hex(8)}
    rotated = await owner.post(f"/v1/webhooks/{endpoint['id']}/rotate-secret", headers=key)
    assert rotated.status == 200
    replay = await owner.post(f"/v1/webhooks/{endpoint['id']}/rotate-secret", headers=key)
    assert replay.content == rotated.content
    first, second = endpoint["secret"], rotated.data["secret"]
    assert first != second
    assert second.startswith("whsec_")
    assert "secret" not in (await owner.get(f"/v1/webhooks/{endpoint['id']}")).data
    await ended(owner, endpoint, (await probed(owner, endpoint))["id"], "succeeded")
    (message,) = await receiver.arrived(1, path)
    signatures = message.headers["webhook-signature"].split(" ")
    assert len(signatures) == 2
    for secret, signature in ((second, signatures[0]), (first, signatures[1])):
        alone = message.headers | {"webhook-signature": signature}
        Webhook(secret).verify(message.body, alone)
    third = (await owner.post(f"/v1/webhooks/{endpoint['id']}/rotate-secret")).data["secret"]
    await ended(owner, endpoint, (await probed(owner, endpoint))["id"], "succeeded")
    latest = (await receiver.arrived(2, path))[-1]
    assert [verifies(secret, latest) for secret in (first, second, third)] == [False, True, True]


async def test_item_55_a_retried_delivery_lists_its_attempts(owner, receiver: Receiver, path) -> None:
    receiver.script(path, 500, afterwards=204)
    endpoint = await registered(owner, receiver, path, "video.ready")
    video_id = await owner.ready_video()
    await receiver.arrived(2, path, seconds=60)
    (delivery,) = (await owner.get(f"/v1/webhooks/{endpoint['id']}/deliveries")).data
    found = await ended(owner, endpoint, delivery["id"], "succeeded")
    assert [(one["number"], one["response_status"]) for one in found["attempts"]] == [(1, 500), (2, 204)]
    assert (found["event_type"], found["webhook_id"]) == ("video.ready", endpoint["id"])
    assert set(found) == {
        "id",
        "webhook_id",
        "message_id",
        "event_type",
        "status",
        "next_attempt_at",
        "attempts",
        "created_at",
        "finished_at",
    }
    assert receiver.received(path)[0].verified(endpoint["secret"])["data"]["id"] == video_id


async def test_deliveries_are_paged_newest_first(owner, receiver: Receiver, path) -> None:
    endpoint = await registered(owner, receiver, path)
    made = [(await probed(owner, endpoint))["id"] for _ in range(3)]
    first = await owner.get(f"/v1/webhooks/{endpoint['id']}/deliveries?limit=2")
    cursor = first.body["meta"]["next_cursor"]
    second = await owner.get(f"/v1/webhooks/{endpoint['id']}/deliveries?limit=2&cursor={cursor}")
    seen = [one["id"] for one in first.data + second.data]
    assert sorted(seen) == sorted(made)
    assert second.body["meta"]["has_more"] is False
    instants = [one["created_at"] for one in first.data + second.data]
    assert instants == sorted(instants, reverse=True)


@pytest.mark.parametrize("verb", ["test", "redeliver"])
async def test_a_repeated_request_makes_one_delivery(owner, receiver: Receiver, path, verb) -> None:
    endpoint = await registered(owner, receiver, path)
    first = await probed(owner, endpoint)
    await ended(owner, endpoint, first["id"], "succeeded")
    key = {"Idempotency-Key": secrets.token_hex(8)}
    steps = "test" if verb == "test" else f"deliveries/{first['id']}/redeliver"
    answers = [await owner.post(f"/v1/webhooks/{endpoint['id']}/{steps}", headers=key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len((await owner.get(f"/v1/webhooks/{endpoint['id']}/deliveries")).data) == 2


async def test_foreign_and_unknown_endpoints_and_deliveries_are_not_found(owner, make_tenant, receiver, path) -> None:
    endpoint = await registered(owner, receiver, path)
    other = await registered(owner, receiver, path)
    delivery = await probed(owner, endpoint)
    stranger = await make_tenant()
    for tenant, webhook in ((stranger, endpoint["id"]), (owner, UNKNOWN), (owner, "x")):
        base = f"/v1/webhooks/{webhook}"
        for answer in (
            await tenant.get(f"{base}/deliveries"),
            await tenant.post(f"{base}/test"),
            await tenant.post(f"{base}/rotate-secret"),
            await tenant.post(f"{base}/deliveries/{delivery['id']}/redeliver"),
        ):
            assert (answer.error, answer.message) == ((404, "not_found"), "Webhook not found")
    for webhook, identity in ((other["id"], delivery["id"]), (endpoint["id"], UNKNOWN_DELIVERY), (endpoint["id"], "x")):
        answer = await owner.post(f"/v1/webhooks/{webhook}/deliveries/{identity}/redeliver")
        assert (answer.error, answer.message) == ((404, "not_found"), "Delivery not found")
    await owner.api.call("DELETE", f"/v1/webhooks/{endpoint['id']}", owner.key)
    answer = await owner.post(f"/v1/webhooks/{endpoint['id']}/deliveries/{delivery['id']}/redeliver")
    assert (answer.error, answer.message) == ((404, "not_found"), "Webhook not found")


async def test_reading_and_writing_have_scopes_of_their_own(owner, receiver: Receiver, path) -> None:
    endpoint = await registered(owner, receiver, path)
    reader = (await owner.new_key(scopes=["webhooks:read"]))["raw_key"]
    base = f"/v1/webhooks/{endpoint['id']}"
    assert (await owner.api.call("GET", f"{base}/deliveries", reader)).status == 200
    for verb in ("test", "rotate-secret", f"deliveries/{UNKNOWN_DELIVERY}/redeliver"):
        assert (await owner.api.call("POST", f"{base}/{verb}", reader)).error == (403, "forbidden")
