"""A scoring and its deal are two documents that change as one, wherever a gateway is killed between their writes."""

import asyncio
import secrets
from datetime import timedelta

import orjson
import pytest

from services.gateway.core import scorings
from services.gateway.core.fold import begin, fold
from services.gateway.core.resources import new_scoring
from services.gateway.core.run import NEVER
from services.gateway.landing import Landing
from services.gateway.store import Store
from shared.contracts.artifacts import ArtifactReference, SourceReference
from shared.contracts.events import StageCompleted
from shared.contracts.ids import new_id
from shared.contracts.instants import now
from shared.kit.documents import Documents
from shared.kit.outbox import Relay

SOURCE = SourceReference(bucket="rushes-artifacts", key="deal_snapshots/x.json", size_bytes=2, sha256="0" * 64)
ARTIFACT = ArtifactReference(stage="scoring", version=1, address="0" * 64, files=("report.json",))


class Unheard:
    """What is said here, the running gateway's sweep of the outboxes says."""

    async def say_raw(self, messages):
        pass


@pytest.fixture
async def store(stack):
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    yield Store.of(documents)
    await documents.close()


@pytest.fixture
async def deal_id(tenant):
    answer = await tenant.api.admin("POST", f"/organizations/{tenant.id}/deals", json={"title": "Acme"})
    return answer.data["id"]


def decided(deal, probability, *, attention_at=NEVER, deadline_seconds=600):
    """A scoring as it stands after its last fact: what a gateway leaves that is killed right then."""
    made_at = now()
    document = new_scoring(new_id(), deal=deal, source=SOURCE, now=made_at, deadline_seconds=deadline_seconds)
    document = begin(document, made_at).document
    factor = {"factor_id": "recency", "score": probability, "completion": 100, "reason": "Because."}
    fact = StageCompleted(
        run_id=document["_id"],
        run_kind="scoring",
        stage="scoring",
        attempt=1,
        artifact=ARTIFACT,
        reused=False,
        duration_seconds=0.01,
    )
    change = fold(document, fact, made_at, {"probability": probability, "factors": [factor]})
    assert change.events == ()
    return change.document | {"outbox": [], "attention_at": attention_at}


async def left_behind(store, deal_id, probability, **fields):
    scoring = decided(await store.deals.get(deal_id), probability, **fields)
    await store.runs.insert(scoring)
    return scoring["_id"]


async def give(store, deal_id, scoring_id):
    """Write the deal, and do not come to the scoring any more."""
    deal = await store.deals.get(deal_id)
    scorings.land(deal, await store.runs.get(scoring_id), now())
    assert await store.deals.replace(deal)


async def both(tenant, deal_id, scoring_id):
    scoring = (await tenant.get(f"/v1/deals/{deal_id}/scorings/{scoring_id}")).data
    return scoring, (await tenant.get(f"/v1/deals/{deal_id}")).data


def agree(scoring, deal):
    assert scoring["status"] == "completed"
    assert scoring["finished_at"] == scoring["updated_at"] == deal["updated_at"]
    assert scoring["result"]["probability"] == deal["probability"]
    assert [one["factor_id"] for one in deal["score_factors"]] == ["recency"]


async def test_killed_before_the_deal_was_written_whoever_reads_brings_both(store, tenant, deal_id):
    scoring_id = await left_behind(store, deal_id, 61)
    assert (await tenant.get(f"/v1/deals/{deal_id}")).data["score_factors"] == []
    agree(*await both(tenant, deal_id, scoring_id))


async def test_killed_after_the_deal_was_written_whoever_reads_brings_the_other(store, tenant, deal_id):
    scoring_id = await left_behind(store, deal_id, 62)
    await give(store, deal_id, scoring_id)
    (listed,) = (await tenant.get(f"/v1/deals/{deal_id}/scorings")).data
    agree(listed, (await tenant.get(f"/v1/deals/{deal_id}")).data)


async def test_killed_and_read_by_nobody_the_sweeper_brings_both_though_the_deadline_has_passed(
    store, make_tenant, receiver
):
    tenant = await make_tenant(webhook_allowed_hostnames=["localhost"])
    path = f"/{secrets.token_hex(8)}"
    await tenant.post("/v1/webhooks", json={"url": receiver.url(path)})
    deal = await tenant.api.admin("POST", f"/organizations/{tenant.id}/deals", json={"title": "Acme"})
    deal_id = deal.data["id"]
    scoring_id = await left_behind(store, deal_id, 63, attention_at=now() - timedelta(1), deadline_seconds=0.001)
    (message,) = await receiver.arrived(1, path)
    assert orjson.loads(message.body)["type"] == "deal.scoring.completed"
    agree(*await both(tenant, deal_id, scoring_id))


async def test_the_next_scoring_closes_the_one_before_it_and_wins(store, tenant, deal_id):
    first = await left_behind(store, deal_id, 64)
    await give(store, deal_id, first)
    second = (await tenant.post(f"/v1/deals/{deal_id}/scorings")).data["id"]
    later = await tenant.until(f"/v1/deals/{deal_id}/scorings/{second}", "completed")
    assert (await store.runs.get(first))["status"] == "completed"
    earlier, deal = await both(tenant, deal_id, first)
    assert earlier["result"]["probability"] == 64
    assert deal["updated_at"] == later["finished_at"] >= earlier["finished_at"]
    assert deal["probability"] == later["result"]["probability"] == 24


async def test_who_comes_late_with_a_scoring_that_has_landed_changes_nothing(store, tenant, deal_id):
    first = await left_behind(store, deal_id, 65)
    stale = await store.runs.get(first)
    second = await left_behind(store, deal_id, 66)
    await both(tenant, deal_id, first)
    await both(tenant, deal_id, second)
    deal = await store.deals.get(deal_id)
    landing = Landing(store, Relay(store.speaking, Unheard()), now)
    assert (await landing.landed(stale))["status"] == "completed"
    assert await store.deals.get(deal_id) == deal


async def test_a_scoring_whose_deal_is_gone_ends_all_the_same(store, deal_id):
    scoring_id = await left_behind(store, deal_id, 67)
    await store.deals.delete({"_id": deal_id})
    landing = Landing(store, Relay(store.speaking, Unheard()), now)
    assert (await landing.load(scoring_id))["status"] == "completed"


async def test_many_at_once_bring_each_scoring_to_its_deal_once(store, tenant, deal_id):
    ids = [await left_behind(store, deal_id, 70 + number, attention_at=now()) for number in range(6)]
    landings = [Landing(store, Relay(store.speaking, Unheard()), now) for _ in range(3)]
    path = f"/v1/deals/{deal_id}/scorings"
    await asyncio.gather(
        *(landing.load(scoring_id) for landing in landings for scoring_id in ids),
        *(tenant.get(f"{path}/{scoring_id}") for scoring_id in ids),
    )
    history, deal = (await tenant.get(path)).data, (await tenant.get(f"/v1/deals/{deal_id}")).data
    assert {one["status"] for one in history} == {"completed"}
    assert max(history, key=lambda one: one["finished_at"])["finished_at"] == deal["updated_at"]
    assert deal["probability"] in {
        one["result"]["probability"] for one in history if one["finished_at"] == deal["updated_at"]
    }
    # Each write of the deal is a scoring's landing: a seventh would be one that landed twice.
    assert (await store.deals.get(deal_id))["revision"] == 1 + len(ids)
