"""Section 15 of the platform contract, with a run whose steps the test itself takes; and item 59 where a run fails."""

import asyncio
from datetime import UTC, datetime

import orjson
import pytest

from services.gateway.core.resources import new_run_of_video
from services.gateway.core.run import NEVER
from shared.contracts.ids import new_id
from shared.kit.documents import Documents


class Steps:
    """An analysis that no worker does: it stands in the store, and changes as the test says."""

    def __init__(self, runs, document):
        self._runs = runs
        self.path = f"/v1/videos/{document['video_id']}/analyses/{document['_id']}"
        self._id = document["_id"]

    async def take(self, percent, stage, **members):
        document = await self._runs.get(self._id)
        document["run"] |= {"progress_percent": percent, "current_stage": stage}
        document["run"]["status"] = members.get("status", document["run"]["status"])
        assert await self._runs.replace(document | members | {"updated_at": datetime.now(UTC)})


@pytest.fixture
async def steps(stack, tenant):
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    video_id = (await tenant.upload(b"no video")).data["id"]
    video = await documents.collection("videos").get(video_id)
    run = new_run_of_video(
        new_id(), kind="analysis", video=video, inputs={}, now=datetime.now(UTC), deadline_seconds=600
    )
    runs = documents.collection("runs")
    await runs.insert(run | {"attention_at": NEVER})
    yield Steps(runs, run)
    await documents.close()


class Heard:
    """A stream's events as they come: name, id, data."""

    def __init__(self, tenant, path, **headers):
        self.events = []
        self._came = asyncio.Condition()
        self._listening = asyncio.create_task(self._listen(tenant.api.events(f"{path}/stream", tenant.key, headers)))

    async def _listen(self, lines):
        fields = {}
        async for field, value in lines:
            fields[field] = value.decode()
            if field == "data":
                async with self._came:
                    self.events.append((fields["event"], int(fields["id"]), orjson.loads(value)))
                    self._came.notify_all()

    async def until(self, count):
        async with asyncio.timeout(60), self._came:
            await self._came.wait_for(lambda: len(self.events) >= count)
        return self.events[count - 1]

    async def end(self):
        async with asyncio.timeout(20):
            await self._listening


async def test_item_59_a_stream_shows_each_change_and_closes_at_the_end(tenant, steps):
    heard = Heard(tenant, steps.path, **{"Last-Event-ID": "12345"})
    name, first, data = await heard.until(1)
    assert name == "progress"
    assert data == {"progress_percent": 0, "current_stage": None, "resource": (await tenant.get(steps.path)).data}
    await steps.take(40, "transcription", started_at=datetime.now(UTC))
    name, second, data = await heard.until(2)
    assert second > first
    assert (name, data["progress_percent"], data["current_stage"]) == ("progress", 40, "transcription")
    assert data["resource"] == (await tenant.get(steps.path)).data
    late = Heard(tenant, steps.path, **{"Last-Event-ID": str(second)})
    assert await late.until(1) == ("progress", second, data)
    error = {"code": "timeout", "message": "The deadline passed."}
    await steps.take(40, None, status="failed", error=error, finished_at=datetime.now(UTC))
    name, third, data = await heard.until(3)
    assert (name, data["progress_percent"], data["current_stage"]) == ("end", 40, None)
    assert data["resource"] == (await tenant.get(steps.path)).data
    assert data["resource"]["error"] == error
    assert third > second
    await asyncio.gather(heard.end(), late.end())
    assert [name for name, *_ in heard.events] == ["progress", "progress", "end"]
    assert [name for name, *_ in late.events] == ["progress", "end"]


async def test_a_stream_ends_with_its_video(tenant, steps, database):
    """What was deleted is not there to be followed any more."""
    heard = Heard(tenant, steps.path)
    await heard.until(1)
    await database["runs"].delete_one({"_id": steps.path.rpartition("/")[2]})
    await heard.end()
    assert [name for name, *_ in heard.events] == ["progress"]


async def test_before_it_starts_a_stream_refuses_as_any_call(tenant, steps, make_tenant):
    stranger = await make_tenant()
    weak = (await tenant.new_key(scopes=["analyses:write"]))["raw_key"]
    path = f"{steps.path}/stream"
    assert (await tenant.api.call("GET", path)).error == (401, "unauthorized")
    assert (await tenant.api.call("GET", path, weak)).error == (403, "forbidden")
    answer = await stranger.get(path)
    assert (answer.error, answer.headers["content-type"]) == ((404, "not_found"), "application/json")
