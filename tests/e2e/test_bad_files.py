"""Files that are no good video: each is refused with its reason, and the workers go on as if nothing had been."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.standalone.stack import Stack
from shared.contracts.events import RunFailed, StageFailed, VideoReady
from shared.testkit.client import Client, Refused, Tenant
from shared.testkit.clips import hostile, valid
from shared.testkit.ear import Ear

CONTAINERS = "MP4, MOV, MKV, WebM, AVI"
RESOLUTION = "at most 8192x4320"
LENGTH = "at most 360 minutes"


@dataclass(frozen=True)
class Bait:
    """What a hostile file points at: a good video beside the worker, and an address that must never be visited."""

    neighbour: Path
    url: str


@dataclass(frozen=True)
class Bad:
    """A file, and what its uploader is told."""

    make: Callable[[Path, Bait], Path]
    code: str
    wrong: str
    accepted: str = CONTAINERS
    name: str = "call.mp4"


BAD = {
    "zero bytes": Bad(lambda path, _: hostile.empty(path), "unreadable", "is empty"),
    "random bytes": Bad(lambda path, _: hostile.random_bytes(path), "unreadable", "not a video"),
    "cut off": Bad(lambda path, _: hostile.cut_off(path), "unreadable", "is cut off"),
    "cut off before its index": Bad(lambda path, _: hostile.without_index(path), "unreadable", "damaged"),
    "a playlist of a local file": Bad(
        lambda path, bait: hostile.playlist(path, bait.neighbour.as_uri()), "unreadable", "a playlist"
    ),
    "a playlist of an address": Bad(lambda path, bait: hostile.playlist(path, bait.url), "unreadable", "a playlist"),
    "a concat script of a local file": Bad(
        lambda path, bait: hostile.concat_script(path, bait.neighbour), "unreadable", "a concat script"
    ),
    "a concat script of an address": Bad(
        lambda path, bait: hostile.concat_script(path, bait.url), "unreadable", "a concat script"
    ),
    "a manifest of an address": Bad(
        lambda path, bait: hostile.dash_manifest(path, bait.url), "unreadable", "an XML document"
    ),
    "a picture that says it is giant": Bad(
        lambda path, _: hostile.declared_giant(path), "resolution_too_high", "30000x30000", RESOLUTION
    ),
    "a picture that is giant": Bad(
        lambda path, _: hostile.giant_stream(path), "resolution_too_high", "30000x30000", RESOLUTION, "call.ts"
    ),
    "eleven hours": Bad(lambda path, _: hostile.eleven_hours(path), "too_long", "665.0 minutes", LENGTH),
    "eleven hours that say ten seconds": Bad(
        lambda path, _: hostile.eleven_hours_that_say_ten_seconds(path),
        "too_long",
        "longer than its header says",
        LENGTH,
        "call.mkv",
    ),
    "sound alone": Bad(lambda path, _: hostile.audio_only(path), "unreadable", "sound but no video"),
    "sound with a cover": Bad(lambda path, _: hostile.audio_with_cover(path), "unreadable", "sound but no video"),
    "a PNG": Bad(lambda path, _: hostile.image(path), "unreadable", "a PNG image"),
    "a JPEG": Bad(lambda path, _: hostile.image(path, "mjpeg"), "unreadable", "a JPEG image"),
    "a PDF": Bad(lambda path, _: hostile.document(path), "unreadable", "a PDF document"),
}


@pytest.fixture(scope="module")
def trap() -> Iterator[socket.socket]:
    """A port of this machine that anybody may knock at."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as trap:
        trap.settimeout(0)
        yield trap


@pytest.fixture(scope="module")
def bait(trap: socket.socket, tmp_path_factory: pytest.TempPathFactory) -> Bait:
    neighbour = valid.cuts(tmp_path_factory.mktemp("neighbour") / "canary.mp4")
    return Bait(neighbour, f"http://127.0.0.1:{trap.getsockname()[1]}/canary.mp4")


@pytest.fixture(scope="module")
async def tenant(client: Client) -> Tenant:
    return await client.tenant("bad files")


@pytest.fixture(scope="module")
def worker_pid(stack: Stack) -> int:
    """The process that all of this goes through."""
    return stack.pids()["workers"]


@pytest.fixture(scope="module")
async def refused(
    client: Client, tenant: Tenant, bait: Bait, worker_pid: int, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What became of each of the files, uploaded side by side."""
    assert worker_pid

    async def outcome(bad: Bad) -> Any:
        file = bad.make(tmp_path_factory.mktemp("bad") / bad.name, bait)
        video = await client.upload(tenant, file)
        return await client.until(tenant, f"/videos/{video['id']}", "ready", "failed")

    return dict(zip(BAD, await asyncio.gather(*map(outcome, BAD.values())), strict=True))


@pytest.mark.parametrize("name", BAD)
def test_it_is_refused_and_told_what_is_wrong_and_what_is_accepted(name: str, refused: dict[str, Any]) -> None:
    video, bad = refused[name], BAD[name]
    assert video["status"] == "failed"
    assert video["duration_seconds"] is None
    assert set(video["error"]) == {"code", "message"}
    assert video["error"]["code"] == bad.code
    assert bad.wrong in video["error"]["message"]
    assert bad.accepted in video["error"]["message"]
    assert video["error"]["message"].endswith(".")


def test_nobody_visited_the_address_that_the_files_point_at(trap: socket.socket, refused: dict[str, Any]) -> None:
    assert refused
    with pytest.raises(BlockingIOError):
        trap.accept()


def test_nothing_of_the_machine_shows_in_a_sentence(bait: Bait, refused: dict[str, Any]) -> None:
    for video in refused.values():
        assert "/" not in video["error"]["message"].replace("WMV/ASF", "")
        assert bait.neighbour.name not in video["error"]["message"]


async def test_none_of_them_can_be_analysed(client: Client, tenant: Tenant, refused: dict[str, Any]) -> None:
    for video in refused.values():
        with pytest.raises(Refused) as refusal:
            await client.post(tenant, f"/videos/{video['id']}/analyses")
        assert refusal.value.status == 422
        assert refusal.value.body["error"]["code"] == "validation_failed"


async def test_the_bus_says_of_each_that_it_failed_at_once_and_for_good(ear: Ear, refused: dict[str, Any]) -> None:
    for video in refused.values():
        (run,) = await ear.until(RunFailed, video["id"])
        assert {"code": run.code, "message": run.message} == video["error"]
        (stage,) = await ear.until(StageFailed, video["id"])
        assert (stage.stage, stage.attempt, stage.transient) == ("ingest", 1, False)
        assert ear.events(VideoReady, video["id"]) == []


async def test_the_same_worker_then_prepares_a_good_file(
    client: Client, stack: Stack, worker_pid: int, refused: dict[str, Any], bait: Bait
) -> None:
    assert refused
    tenant = await client.tenant("a good file")
    video = await client.upload(tenant, bait.neighbour)
    ended = await client.until(tenant, f"/videos/{video['id']}", "ready", "failed")
    assert ended["status"] == "ready"
    assert stack.pids()["workers"] == worker_pid
