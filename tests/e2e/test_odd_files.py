"""Files that are odd and good: each is prepared, its facts are right, and it can be analysed."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.artifacts import ARTIFACTS_BUCKET, REPORT
from shared.contracts.events import StageCompleted
from shared.contracts.reports.ingest import IngestReport
from shared.kit.objects import Objects
from shared.testkit.client import Client
from shared.testkit.clips import valid
from shared.testkit.ear import Ear

ONE_FRAME = 1 / 24


@dataclass(frozen=True)
class Odd:
    """A file and the truth about it: its picture, its length, whether it has sound, and where it cuts."""

    make: Callable[[Path], Path]
    picture: Mapping[str, Any]
    seconds: float
    has_sound: bool = False
    cuts: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
    name: str = "clip.mp4"


@dataclass(frozen=True)
class Seen:
    """What Rushes says of a file."""

    video: Any
    report: IngestReport
    analysis: Any
    transcript: list[Any] = field(default_factory=list)


ODD = {
    "turned by a quarter": Odd(
        lambda path: valid.rotated(path, 90), {"width": 48, "height": 64, "rotation_degrees": 90}, 1.0
    ),
    "upside down": Odd(
        lambda path: valid.rotated(path, 180), {"width": 64, "height": 48, "rotation_degrees": 180}, 1.0
    ),
    "a variable frame rate": Odd(
        valid.variable_rate,
        {"is_variable_frame_rate": True, "frame_count": len(valid.VARIABLE_TICKS)},
        valid.VARIABLE_TICKS[-1] / 90,
        cuts=(valid.VARIABLE_TICKS[5] / 90,),
    ),
    "an odd size": Odd(valid.odd_sides, {"width": 65, "height": 49}, 0.25),
    "pixels that are no squares": Odd(valid.wide_pixels, {"width": 96, "height": 48}, 0.25),
    "ten bits": Odd(valid.ten_bit, {"pixel_format": "yuv420p10le", "is_high_dynamic_range": False}, 0.25),
    "a high dynamic range": Odd(
        lambda path: valid.high_dynamic_range(path, 16, 0.5), {"is_high_dynamic_range": True}, 0.25
    ),
    "no sound": Odd(valid.silent, {"width": 64, "height": 48, "frame_count": 24, "frame_rate": 24.0}, 1.0),
    "a single frame": Odd(lambda path: valid.silent(path, frames=1), {"frame_count": 1}, ONE_FRAME),
    "portrait": Odd(lambda path: valid.silent(path, width=54, height=96), {"width": 54, "height": 96}, 1.0),
    "several streams": Odd(
        valid.several_streams,
        {"width": 128, "height": 96},
        1.0,
        has_sound=True,
        notes=(
            "The file has 2 video streams; number 2 was taken.",
            "The file has 2 audio streams; number 1 was taken.",
        ),
        name="clip.mkv",
    ),
    "surround sound": Odd(valid.surround, {"frame_count": 24}, 1.0, has_sound=True, name="clip.mkv"),
    "a cut and a tone, as AVI": Odd(
        lambda path: valid.cuts(path, seconds=4, cut_seconds=(2,)),
        {"frame_count": 96},
        4.0,
        has_sound=True,
        cuts=(2.0,),
        name="clip.avi",
    ),
}


@pytest.fixture(scope="module")
async def seen(client: Client, ear: Ear, objects: Objects, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of each of the files, uploaded and analysed side by side."""
    tenant = await client.tenant("odd files")

    async def outcome(odd: Odd) -> Any:
        video = await client.upload(tenant, odd.make(tmp_path_factory.mktemp("odd") / odd.name))
        path = f"/videos/{video['id']}"
        video = await client.until(tenant, path, "ready", "failed")
        if video["status"] == "failed":
            return video["error"]
        analysis = await client.post(tenant, f"{path}/analyses")
        (prepared,) = await ear.until(StageCompleted, video["id"])
        report = await objects.get_bytes(ARTIFACTS_BUCKET, prepared.artifact.key(REPORT))
        return Seen(
            video,
            IngestReport.model_validate_json(report),
            await client.until(tenant, f"{path}/analyses/{analysis['id']}", "completed", "failed"),
            await client.get(tenant, f"{path}/transcript"),
        )

    return dict(zip(ODD, await asyncio.gather(*map(outcome, ODD.values())), strict=True))


@pytest.mark.parametrize("name", ODD)
def test_it_is_ready_and_its_facts_are_right(name: str, seen: dict[str, Any]) -> None:
    found, odd = seen[name], ODD[name]
    assert isinstance(found, Seen), found
    assert {fact: getattr(found.report.video, fact) for fact in odd.picture} == odd.picture
    assert (found.report.audio is not None) == odd.has_sound
    assert found.report.notes == odd.notes
    assert found.video["duration_seconds"] == found.report.duration_seconds
    # A container may leave open how long its last frame is shown.
    assert odd.seconds - 0.002 <= found.report.duration_seconds <= odd.seconds + 0.1


@pytest.mark.parametrize("name", ODD)
def test_it_can_be_analysed_though_nobody_speaks(name: str, seen: dict[str, Any]) -> None:
    found, odd = seen[name], ODD[name]
    assert isinstance(found, Seen), found
    assert found.analysis["status"] == "completed"
    assert found.transcript == []
    events = found.analysis["result"]["events"]
    assert {event["type"] for event in events} <= {"visual_change"}
    assert [event["start_seconds"] for event in events] == pytest.approx(odd.cuts, abs=0.001)
    assert [section["title"] for section in found.analysis["result"]["summary"]["sections"]] == ["Structure"]
