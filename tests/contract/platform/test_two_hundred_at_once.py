"""One Idempotency-Key makes one resource, however many ask at once, and though a gateway is killed on the way."""

import asyncio
import secrets
from itertools import cycle, islice

import aiohttp
import bson
import pytest

from services.gateway.core.idempotency import LEASE, record_id
from shared.testkit.gateways import GatewayProcess
from shared.testkit.line import Line

CALLS = 200


def command(name: str, collection: str) -> bytes:
    """How a command on a collection begins in MongoDB's wire protocol."""
    return bson.encode({name: collection})[4:-1]


@pytest.fixture
async def line(stack):
    async with Line(stack.parts.mongodb) as line:
        yield line


@pytest.fixture
async def second(stack, line):
    """A second gateway, whose store is at the other end of the line."""
    async with GatewayProcess(stack.parts, {"MONGODB_URI": f"{line.url}&directConnection=true"}) as gateway:
        yield gateway


@pytest.fixture
def both(stack, second):
    """The two gateways, in turn, for as many calls as are made."""
    return islice(cycle((stack.url, second.url)), CALLS)


@pytest.fixture
def end_lease(database):
    """Lets the time pass for which a silent process keeps its record."""

    async def end_lease(tenant, path, headers):
        identity = record_id(owner=tenant.id, method="POST", path=path, key=headers["Idempotency-Key"])
        pending = {"_id": identity, "state": "pending"}
        record = await database["idempotency"].find_one(pending)
        record["lease_ends_at"] -= LEASE
        assert (await database["idempotency"].replace_one(pending, record)).matched_count == 1

    return end_lease


async def post(tenant, url, path, headers):
    """The answer of one of the gateways; None when it hung up."""
    try:
        return await tenant.api.call("POST", path, tenant.key, headers=headers, at=url)
    except aiohttp.ClientError:
        return None


async def history(tenant, video_id):
    return [one["id"] for one in (await tenant.get(f"/v1/videos/{video_id}/analyses?limit=100")).data]


def one_was_first(answers) -> str:
    """The id that all answers tell, in equal bytes, of which at most one was not repeated."""
    assert {answer.status for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) <= 1
    return answers[0].data["id"]


async def test_item_39_two_hundred_at_once_over_two_gateway_processes_make_one(both, tenant):
    video_id = await tenant.ready_video()
    path, headers = f"/v1/videos/{video_id}/analyses", {"Idempotency-Key": secrets.token_hex(8)}
    answers = await asyncio.gather(*(post(tenant, url, path, headers) for url in both))
    assert await history(tenant, video_id) == [one_was_first(answers)]
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1


@pytest.fixture(params=["is told", "answers"])
def held(request, line):
    """Set once the second gateway has stored a resource and is kept from knowing it, or from storing its answer."""
    if request.param == "is told":
        return line.hold(command("insert", "runs"), is_answer_held=True)
    return line.hold(command("update", "idempotency"), bson.encode({"state": "stored"})[4:-1])


async def test_a_gateway_that_is_killed_before_it_has_answered_makes_no_second(both, held, second, tenant, end_lease):
    video_id = await tenant.ready_video()
    path, headers = f"/v1/videos/{video_id}/analyses", {"Idempotency-Key": secrets.token_hex(8)}
    first = asyncio.create_task(post(tenant, second.url, path, headers))
    async with asyncio.timeout(20):
        await held.wait()
    (stored,) = await history(tenant, video_id)
    others = [asyncio.create_task(post(tenant, url, path, headers)) for url in both]
    await second.kill()
    assert await first is None
    await end_lease(tenant, path, headers)
    answers = [answer for answer in await asyncio.gather(*others) if answer is not None]
    assert len(answers) >= CALLS // 2
    assert one_was_first(answers) == stored
    assert await history(tenant, video_id) == [stored]
    await tenant.until(f"{path}/{stored}", "completed")
    assert (await tenant.post(path, headers=headers)).content == answers[0].content
