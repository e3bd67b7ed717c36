"""Progress streams: what is sent when, over a run that changes, rests and ends."""

import asyncio
from datetime import UTC, datetime

import orjson
import pytest

from services.gateway.http import streams
from services.gateway.http.streams import ProgressStream, event
from shared.kit.documents import StoreUnavailable

AT = datetime(2026, 1, 31, tzinfo=UTC)
SILENCE_SECONDS = streams.SILENCE_SECONDS


def run_at(revision, percent, status="processing"):
    run = {"status": status, "progress_percent": percent, "current_stage": "transcription"}
    return {"_id": "r", "revision": revision, "run": run}


class States:
    """Reads that give one state after the other."""

    def __init__(self, *states):
        self.states = list(states)

    async def load(self, _):
        state = self.states.pop(0)
        if isinstance(state, Exception):
            raise state
        return state


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(streams, "SILENCE_SECONDS", 0.015)


async def sent(first, *states, client_leaves=False):
    stream = ProgressStream(first, States(*states), lambda run: {"id": run["_id"]})
    said = []

    async def receive():
        if not client_leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message):
        said.append(message)

    async with asyncio.timeout(10):
        await stream.send({}, receive, send)
    assert said[0]["status"] == 200
    assert dict(said[0]["headers"])[b"cache-control"] == b"no-store"
    assert [message["more_body"] for message in said[1:]] == [True] * (len(said) - 2) + [False]
    return [message["body"] for message in said[1:-1]]


def said_of(run, name="progress"):
    data = {
        "progress_percent": run["run"]["progress_percent"],
        "current_stage": "transcription",
        "resource": {"id": "r"},
    }
    return event(name, run["revision"], orjson.dumps(data))


async def test_each_change_is_said_once_and_the_end_once():
    one, two, end = run_at(1, 0), run_at(2, 40), run_at(4, 100, "completed")
    assert await sent(one, one, two, two, end) == [said_of(one), said_of(two), said_of(end, "end")]


async def test_an_ended_run_is_one_event():
    end = run_at(4, 100, "failed")
    assert await sent(end) == [said_of(end, "end")]


async def test_after_silence_comes_a_comment():
    assert SILENCE_SECONDS == 15
    one, end = run_at(1, 0), run_at(2, 100, "completed")
    assert await sent(one, one, one, one, one, end) == [said_of(one), b":\n\n", said_of(end, "end")]


async def test_trouble_with_the_store_is_waited_out():
    one, end = run_at(1, 0), run_at(2, 100, "completed")
    assert await sent(one, StoreUnavailable("gone"), end) == [said_of(one), said_of(end, "end")]


async def test_a_resource_that_is_deleted_ends_its_stream():
    one = run_at(1, 0)
    assert await sent(one, None) == [said_of(one)]


async def test_a_client_that_leaves_ends_its_stream():
    one = run_at(1, 0)
    assert await sent(one, client_leaves=True) == [said_of(one)]


def test_an_event_is_spelled_as_the_standard_says():
    assert event("progress", 7, b'{"a":1}') == b'id: 7\nevent: progress\ndata: {"a":1}\n\n'
