"""Section 17 of the platform contract: an installation whose environment changes every limit and setting."""

import secrets
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from deploy.standalone.stack import Stack
from shared.testkit.client import Client, Refused
from shared.testkit.clips import valid
from shared.testkit.patience import until
from shared.testkit.receiver import Receiver

LENGTHS = {"MAX_DURATION_SECONDS": "2", "MAX_RESOLUTION": "200x100", "MAX_UPLOAD_MB": "1", "RUN_DEADLINE_SECONDS": "77"}
RATE = {"RATE_LIMIT_ENABLED": "true", "RATE_LIMIT_PER_MINUTE": "1", "RATE_LIMIT_BURST": "3"}
WEBHOOKS = {"WEBHOOK_DEAL_SCORING": "false", "WEBHOOK_ALLOW_PRIVATE_TARGETS": "false", "WEBHOOK_RETRY_SCALE": "0.01"}
OWN_RATE = {"requests_per_minute": 60_000, "burst": 60_000}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory):
    environment = {"MONGODB_DATABASE": f"rushes_test_{secrets.token_hex(4)}"}
    with Stack(tmp_path_factory.mktemp("strict"), environment=environment | LENGTHS | RATE | WEBHOOKS) as stack:
        yield stack


@pytest.fixture(scope="module")
async def client(strict: Stack):
    async with Client(strict.url, strict.admin_token) as client:
        yield client


@pytest.fixture(scope="module")
async def tenant(client: Client):
    """A tenant whose own rate wins over the installation's."""
    return await client.tenant("unhurried", rate_limit=OWN_RATE, webhook_allowed_hostnames=["localhost"])


def refusal(refused) -> tuple[int, str]:
    return refused.value.status, refused.value.body["error"]["code"]


@pytest.mark.parametrize(
    ("clip", "code"),
    [
        ({"width": 100, "height": 200}, None),
        ({"width": 200, "height": 100, "frames": 40, "rate": 8}, "too_long"),
        ({"width": 202, "height": 48}, "resolution_too_high"),
        ({"width": 48, "height": 202}, "resolution_too_high"),
        ({"width": 102, "height": 110}, "resolution_too_high"),
    ],
)
async def test_the_longest_video_and_the_largest_picture(client, tenant, tmp_path: Path, clip, code):
    uploaded = await client.upload(tenant, valid.silent(tmp_path / "a.mp4", **clip))
    video = await client.until(tenant, f"/videos/{uploaded['id']}", "ready", "failed")
    assert video.get("error", {}).get("code") == code
    if code is not None:
        with pytest.raises(Refused) as refused:
            await client.post(tenant, f"/videos/{video['id']}/analyses")
        assert refusal(refused) == (422, "validation_failed")
        assert await client.get(tenant, f"/videos/{video['id']}/analyses") == []


@pytest.mark.parametrize("size_bytes", [1024 * 1024 + 1, 5_000_000])
async def test_the_largest_upload(client, tenant, tmp_path: Path, size_bytes):
    file = tmp_path / "a.mp4"
    file.write_bytes(b"x" * size_bytes)
    with pytest.raises(Refused) as refused:
        await client.upload(tenant, file)
    assert refusal(refused) == (422, "validation_failed")
    assert "1 MiB" in refused.value.body["error"]["message"]


async def test_the_deadline_of_a_run_of_an_organization_that_sets_none(client, tenant, strict, tmp_path: Path):
    uploaded = await client.upload(tenant, valid.silent(tmp_path / "a.mp4"))
    await client.until(tenant, f"/videos/{uploaded['id']}", "ready")
    analysis = await client.post(tenant, f"/videos/{uploaded['id']}/analyses")
    store: AsyncMongoClient = AsyncMongoClient(strict.parts.mongodb, tz_aware=True)
    run = await store[strict.parts.mongodb_database]["runs"].find_one({"_id": analysis["id"]})
    await store.close()
    assert (run["run"]["deadline_at"] - run["created_at"]).total_seconds() == 77


async def test_item_40_the_installations_rate_holds_where_an_organization_sets_none(client, tenant):
    limited = await client.tenant("hurried")
    for _ in range(3):
        await client.get(limited, "/videos")
    with pytest.raises(Refused) as refused:
        await client.get(limited, "/videos")
    assert refusal(refused) == (429, "rate_limited")
    await client.admin("PATCH", f"/organizations/{limited.organization_id}", {"settings": {"rate_limit": OWN_RATE}})
    for _ in range(5):
        await client.get(limited, "/videos")
        await client.get(tenant, "/videos")


async def test_a_private_target_is_never_called(client, tenant, receiver: Receiver):
    path = f"/strict-{secrets.token_hex(4)}"
    endpoint = await client.post(tenant, "/webhooks", {"url": receiver.url(path)})
    await client.post(tenant, f"/webhooks/{endpoint['id']}/test")

    async def attempt():
        # What other tests cause meanwhile is delivered too.
        deliveries = await client.get(tenant, f"/webhooks/{endpoint['id']}/deliveries")
        return [one for delivery in deliveries for one in delivery["attempts"]]

    assert {one["error"] for one in await until(attempt, seconds=60, every_seconds=0.1)} == {"target_forbidden"}
    assert receiver.received(path) == []


async def test_item_58_scoring_events_may_be_subscribed_to_and_are_not_delivered(client, tenant, tmp_path: Path):
    events = ["deal.scoring.completed", "deal.scoring.failed", "video.ready"]
    endpoint = await client.post(tenant, "/webhooks", {"url": "https://localhost/never", "events": events})
    assert endpoint["events"] == events
    deal = await client.admin("POST", f"/organizations/{tenant.organization_id}/deals", {"title": "Big"})
    scoring = await client.post(tenant, f"/deals/{deal['id']}/scorings")
    await client.until(tenant, f"/deals/{deal['id']}/scorings/{scoring['id']}", "completed")
    uploaded = await client.upload(tenant, valid.silent(tmp_path / "later.mp4", frames=12))
    await client.until(tenant, f"/videos/{uploaded['id']}", "ready")

    async def deliveries():
        return await client.get(tenant, f"/webhooks/{endpoint['id']}/deliveries")

    assert [one["event_type"] for one in await until(deliveries, seconds=60)] == ["video.ready"]
