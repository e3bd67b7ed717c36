"""Items 46 to 48 and 58 of the platform contract's checklist, and sections 9.3, 9.4 and 15 on scorings."""

import asyncio
import re
import secrets

import orjson
import pytest

from services.gateway.http.parts import Limits
from shared.contracts.ids import new_id
from shared.testkit.asgi import call

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
FACTORS = [
    "engagement",
    "recency",
    "momentum",
    "coverage_of_people",
    "next_step_agreed",
    "objections_open",
    "pricing_discussed",
    "sentiment",
    "forecast_hygiene",
]


async def made(tenant, path, **body):
    identity: str = (await tenant.api.admin("POST", f"/organizations/{tenant.id}{path}", json=body)).data["id"]
    return identity


async def scored(tenant, deal_id):
    path = f"/v1/deals/{deal_id}/scorings"
    scoring = (await tenant.post(path)).data
    return await tenant.until(f"{path}/{scoring['id']}", "completed", "failed")


async def deal_of(tenant, deal_id):
    return (await tenant.get(f"/v1/deals/{deal_id}")).data


def shown_by(factors):
    return [(one["factor_id"], one["score"], one["reason"]) for one in factors]


async def test_item_47_a_post_without_a_body_begins_a_scoring(tenant):
    deal_id = await made(tenant, "/deals", title="Acme")
    answer = await tenant.post(f"/v1/deals/{deal_id}/scorings")
    assert answer.status == 201
    assert set(answer.data) == {"id", "deal_id", "status", "created_at", "updated_at"}
    assert (answer.data["status"], answer.data["deal_id"]) == ("processing", deal_id)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", answer.data["id"])
    assert INSTANT.fullmatch(answer.data["created_at"])
    assert "location" not in answer.headers


async def test_items_46_and_47_a_completed_scoring_and_its_deal_say_the_same(tenant):
    member_id = await made(tenant, "/members", name="Ann", email=f"{secrets.token_hex(4)}@example.com")
    deal_id = await made(tenant, "/deals", title="Acme", owner_id=member_id, forecast_amount=48000, probability=10)
    await made(tenant, f"/deals/{deal_id}/activities", type="call", title="Budget", actor_id=member_id)
    before = await deal_of(tenant, deal_id)
    assert (before["score_factors"], before["probability"]) == ([], 10)
    scoring = await scored(tenant, deal_id)
    deal = await deal_of(tenant, deal_id)
    assert list(scoring) == [
        "id",
        "deal_id",
        "status",
        "created_at",
        "started_at",
        "finished_at",
        "updated_at",
        "result",
    ]
    assert scoring["status"] == "completed"
    assert all(INSTANT.fullmatch(scoring[name]) for name in ("created_at", "started_at", "finished_at", "updated_at"))
    result = scoring["result"]
    assert set(result) == {"probability", "factors"}
    assert all(set(one) == {"factor_id", "score", "reason"} for one in result["factors"])
    assert [one["factor_id"] for one in result["factors"]] == FACTORS
    assert all(set(one) == {"id", "factor_id", "score", "completion", "reason"} for one in deal["score_factors"])
    assert all(0 <= one[name] <= 100 for one in deal["score_factors"] for name in ("score", "completion"))
    assert shown_by(deal["score_factors"]) == shown_by(result["factors"])
    assert len({one["id"] for one in deal["score_factors"]}) == len(FACTORS)
    assert deal["probability"] == result["probability"]
    assert deal["updated_at"] == scoring["finished_at"] > before["updated_at"]
    untouched = set(deal) - {"probability", "score_factors", "updated_at"}
    assert all(deal[name] == before[name] for name in untouched)


async def test_a_deal_of_which_nothing_is_known_is_scored_too(tenant):
    deal_id = await made(tenant, "/deals", title="Acme")
    scoring = await scored(tenant, deal_id)
    assert scoring["result"]["probability"] == 24
    *unknown, hygiene = (await deal_of(tenant, deal_id))["score_factors"]
    assert {(one["score"], one["completion"]) for one in unknown} == {(50, 0)}
    assert (hygiene["score"], hygiene["completion"]) == (0, 100)


async def test_a_scoring_reads_the_latest_completed_analysis_of_each_video_of_the_deal(analyzed):
    tenant, video_id, _ = analyzed
    deal_id = await made(tenant, "/deals", title="Acme")
    bare = await scored(tenant, deal_id)
    await tenant.api.admin("PATCH", f"/organizations/{tenant.id}/videos/{video_id}", json={"deal_id": deal_id})
    events = (await tenant.get(f"/v1/videos/{video_id}/events")).data
    linked = await scored(tenant, deal_id)
    reasons = {one["factor_id"]: one["reason"] for one in linked["result"]["factors"]}
    assert "No conversation" in {one["factor_id"]: one["reason"] for one in bare["result"]["factors"]}["sentiment"]
    assert "No conversation" not in reasons["sentiment"]
    priced = [event["description"] for event in events if event["type"] == "pricing"]
    assert (priced[-1] in reasons["pricing_discussed"]) if priced else ("not spoken of" in reasons["pricing_discussed"])


async def test_item_48_a_failed_scoring_leaves_the_deal_unchanged(make_gateway, tenant):
    deal_id = await made(tenant, "/deals", title="Acme", probability=40)
    await scored(tenant, deal_id)
    before = await deal_of(tenant, deal_id)
    hasty = make_gateway(Limits(upload_bytes=1024, run_deadline_seconds=0, rate=None))
    path = f"/v1/deals/{deal_id}/scorings"
    answer = await call(hasty, "POST", path, headers={"Authorization": f"Bearer {tenant.key}"})
    assert answer.status == 201
    failed = await tenant.until(f"{path}/{orjson.loads(answer.content)['data']['id']}", "failed", "completed")
    assert failed["error"]["code"] == "timeout"
    assert isinstance(failed["error"]["message"], str)
    assert "result" not in failed
    assert await deal_of(tenant, deal_id) == before


async def test_an_operators_probability_stands_until_the_next_completed_scoring(tenant):
    deal_id = await made(tenant, "/deals", title="Acme")
    await scored(tenant, deal_id)
    path = f"/organizations/{tenant.id}/deals/{deal_id}"
    changed = (await tenant.api.admin("PATCH", path, json={"probability": 77})).data
    assert (changed["probability"], len(changed["score_factors"])) == (77, len(FACTORS))
    again = await scored(tenant, deal_id)
    assert (await deal_of(tenant, deal_id))["probability"] == again["result"]["probability"] == 24


async def test_no_reader_sees_a_completed_scoring_whose_deal_lacks_it(tenant):
    deal_id = await made(tenant, "/deals", title="Acme", probability=99)
    path = f"/v1/deals/{deal_id}/scorings"
    scorings = [(await tenant.post(path)).data["id"] for _ in range(20)]
    looked, in_flight = 0, set(scorings)
    async with asyncio.timeout(120):
        while in_flight:
            history = {one["id"]: one for one in (await tenant.get(path)).data}
            done = [one for one in history.values() if one["status"] == "completed"]
            deal = await deal_of(tenant, deal_id)
            looked += bool(done) and len(done) < len(scorings)
            if done:
                assert len(deal["score_factors"]) == len(FACTORS)
                assert deal["probability"] == 24
                assert deal["updated_at"] >= max(one["finished_at"] for one in done)
            elif deal["score_factors"]:
                assert any(one["status"] == "completed" for one in (await tenant.get(path)).data)
            in_flight -= {one["id"] for one in done}
    deal, history = await deal_of(tenant, deal_id), (await tenant.get(path)).data
    assert {one["status"] for one in history} == {"completed"}
    assert [one["id"] for one in history] == scorings[::-1]
    assert deal["updated_at"] == max(one["finished_at"] for one in history)


async def test_an_idempotency_key_makes_one_scoring(tenant):
    deal_id = await made(tenant, "/deals", title="Acme")
    path = f"/v1/deals/{deal_id}/scorings"
    key = {"Idempotency-Key": secrets.token_hex(8)}
    answers = await asyncio.gather(*(tenant.post(path, headers=key) for _ in range(20)))
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 19
    (only,) = (await tenant.get(path)).data
    await tenant.until(f"{path}/{only['id']}", "completed")
    replayed = await tenant.post(path, headers=key)
    assert replayed.content == answers[0].content
    assert (await tenant.post(path, headers=key, json={"other": 1})).error == (422, "validation_failed")


async def test_the_history_is_newest_first_in_pages(tenant):
    deal_id = await made(tenant, "/deals", title="Acme")
    path = f"/v1/deals/{deal_id}/scorings"
    ids = [(await scored(tenant, deal_id))["id"] for _ in range(3)]
    await scored(tenant, await made(tenant, "/deals", title="another"))
    first = await tenant.get(f"{path}?limit=2")
    assert first.body["meta"]["has_more"] is True
    second = await tenant.get(f"{path}?limit=2&cursor={first.body['meta']['next_cursor']}")
    assert (second.body["meta"]["has_more"], second.body["meta"]["next_cursor"]) == (False, None)
    assert [one["id"] for one in (*first.data, *second.data)] == ids[::-1]
    assert [(await tenant.get(f"{path}/{one['id']}")).data for one in first.data] == first.data
    assert (await tenant.get(f"{path}?limit=0")).error == (422, "validation_failed")


async def test_a_scoring_under_another_deal_is_not_there(owned, owner):
    other = await made(owner, "/deals", title="another")
    for path in (
        f"/v1/deals/{other}/scorings/{owned['scoring']}",
        f"/v1/deals/{owned['deal']}/scorings/{owned['analysis']}",
        f"/v1/deals/{owned['deal']}/scorings/{new_id()}",
        f"/v1/deals/{owned['deal']}/scorings/not-an-id",
    ):
        for end in ("", "/stream"):
            answer = await owner.get(path + end)
            assert (answer.error, answer.message) == ((404, "not_found"), "Scoring not found")
    answer = await owner.get(f"/v1/videos/{owned['video']}/analyses/{owned['scoring']}")
    assert (answer.error, answer.message) == ((404, "not_found"), "Analysis not found")
    answer = await owner.post(f"/v1/deals/{new_id()}/scorings")
    assert (answer.error, answer.message) == ((404, "not_found"), "Deal not found")


@pytest.mark.parametrize(("content", "refused"), [(b"[]", (422, "validation_failed")), (b"{", (400, "bad_request"))])
async def test_a_body_that_is_no_object_is_refused(tenant, content, refused):
    deal_id = await made(tenant, "/deals", title="Acme")
    assert (await tenant.post(f"/v1/deals/{deal_id}/scorings", content=content)).error == refused
    assert (await tenant.get(f"/v1/deals/{deal_id}/scorings")).data == []


async def test_the_stream_of_a_scoring_ends_with_what_get_shows(tenant):
    deal_id = await made(tenant, "/deals", title="Acme")
    scoring = (await tenant.post(f"/v1/deals/{deal_id}/scorings")).data
    path = f"/v1/deals/{deal_id}/scorings/{scoring['id']}"
    for events in (await heard(tenant, path), await heard(tenant, path)):
        names = [name for name, _ in events]
        assert names == ["progress"] * (len(names) - 1) + ["end"]
        percents = [state["progress_percent"] for _, state in events]
        assert percents == sorted(percents)
        assert all(percent < 100 for percent in percents[:-1])
        last = events[-1][1]
        assert (last["progress_percent"], last["current_stage"]) == (100, None)
        assert last["resource"] == (await tenant.get(path)).data
    assert len(events) == 1


async def heard(tenant, path):
    events, name = [], None
    async with asyncio.timeout(60):
        async for field, value in tenant.api.events(f"{path}/stream", tenant.key, {}):
            if field == "event":
                name = value.decode()
            if field == "data":
                events.append((name, orjson.loads(value)))
    return events


async def test_item_58_a_completed_scoring_is_delivered_by_default(make_tenant, receiver):
    tenant = await make_tenant(webhook_allowed_hostnames=["localhost"])
    path = f"/{secrets.token_hex(8)}"
    body = {"url": receiver.url(path), "events": ["deal.scoring.completed"]}
    assert (await tenant.post("/v1/webhooks", json=body)).status == 201
    deal_id = await made(tenant, "/deals", title="Acme")
    scoring = await scored(tenant, deal_id)
    (message,) = await asyncio.to_thread(receiver.wait_for, 1, path)
    told = orjson.loads(message.body)
    scoring.pop("result")
    assert told == {"type": "deal.scoring.completed", "timestamp": scoring["finished_at"], "data": scoring}
