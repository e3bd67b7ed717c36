"""What the analysis engine costs: each stage against one bare decode of the same minute, and all of them at length."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from deploy.standalone.workers import make_stages
from shared.contracts.plans import STAGES_OF_VIDEOS
from shared.testkit.order import in_order
from tests.benchmarks.engine import cores
from tests.benchmarks.engine.clip import FILM_SECONDS, MINUTE_SECONDS, RATE, SIZE, SLIDES_SECONDS, minute, minutes
from tests.benchmarks.engine.plot import draw
from tests.benchmarks.engine.runs import Alone, Together, alone, together
from tests.benchmarks.sections import Goal, Section, Table

TITLE = "Engine"
ROUNDS = 3
LENGTHS = (1, 5, 10, 30)
SHORT_LENGTHS = (1, 2)
PICTURE = Path(__file__).parents[3] / "docs" / "analysis" / "cost.png"

PREPARING = ("ingest", "video_analysis", "audio_analysis", "motion_analysis")
MOST_DECODES = 1.5
HEAVY = ("transcription", "visual_elements")
MOST_HEAVY_SECONDS = 6.0
MOST_MEBIBYTES = 900
MOST_GROWTH_MEBIBYTES = 100
"""Flat: what the longest video may need more than the minute does."""
MOST_PER_MINUTE_GROWTH = 1.15
"""Linear: what a minute of the longest video may cost more than the minute alone; runs differ by about a tenth."""


async def measure(folder: Path, scale: float) -> Section:
    """Each stage alone in turns with decodes, all together at every length, and two at once through the stack."""
    names = in_order([stage for stage in make_stages() if stage.name in STAGES_OF_VIDEOS])
    clip = await asyncio.to_thread(minute)
    single = await alone(clip, names, folder, max(1, round(ROUNDS * scale)))
    long = []
    for count in LENGTHS if scale >= 1 else SHORT_LENGTHS:
        video = await asyncio.to_thread(minutes, count, folder)
        long.append(await together(video, count, names, folder))
        video.unlink()
    if scale >= 1:
        _draw(long)
    return section(clip, names, single, long, await cores.measure(clip, folder))


def section(clip: Path, names: Sequence[str], single: Alone, long: Sequence[Together], busy: cores.Busy) -> Section:
    """The figures as text."""
    width, height = SIZE
    megabits = clip.stat().st_size * 8 / MINUTE_SECONDS / 1e6
    return Section(
        title=TITLE,
        method=(
            f"One minute of {width} by {height} at {RATE} frames/s, h264 and AAC at {megabits:.1f} Mb/s: "
            f"{SLIDES_SECONDS} s of slides, {FILM_SECONDS} s of Big Buck Bunny scaled up, its music "
            "with two voices over it. Processor time of each stage in a fresh process with its models warm, one thread "
            "(ingest decodes with two), in turns with the decode: a process that decodes every picture and does "
            f"nothing else; medians of {len(single.decodes)} rounds. Warming is what a worker does once when it "
            "starts, and is not counted."
        ),
        tables=[
            (
                "",
                Table(("", "cpu s", "in decodes", "wall s", "peak MiB", "warming, cpu s"), _alone_rows(names, single)),
            ),
            (
                (
                    "All stages in one process, on the minute over and over: processor seconds for each minute of "
                    "video (`docs/analysis/cost.png` draws them), and the memory of that process."
                ),
                Table(("minutes", *(f"{one.minutes}" for one in long)), _long_rows(names, long)),
            ),
            ("Stages that do not wait for each other, through the real stack with two pool processes:", busy.table()),
        ],
        goals=_goals(names, single, long, busy),
        remarks=[
            "Memory is that of a process that hosts every stage; the service of one stage needs less.",
        ],
    )


def _alone_rows(names: Sequence[str], single: Alone) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("one bare decode (PyAV, threads AUTO)", f"{single.decode:.2f}", "1.00", "", "", "")]
    for name in names:
        wall = sorted(one["wall_seconds"] for one in single.stages[name])[len(single.stages[name]) // 2]
        cpu = single.cpu(name)
        peak = max(one["peak_mebibytes"] for one in single.stages[name])
        warming = single.warming[name]["cpu_seconds"]
        cells = (f"{cpu:.2f}", f"{cpu / single.decode:.2f}", f"{wall:.2f}", f"{peak:.0f}", f"{warming:.1f}")
        rows.append((name, *cells))
    return rows


def _long_rows(names: Sequence[str], long: Sequence[Together]) -> list[tuple[str, ...]]:
    rows = [(name, *(f"{one.stages[name]['cpu_seconds'] / one.minutes:.2f}" for one in long)) for name in names]
    rows.append(("all", *(f"{_per_minute(one):.2f}" for one in long)))
    rows.append(("memory, everything loaded, MiB", *(f"{one.warm_mebibytes:.0f}" for one in long)))
    rows.append(("memory at its peak, MiB", *(f"{one.peak_mebibytes:.0f}" for one in long)))
    rows.append(("… while at work", *(max(names, key=one.peak_of) for one in long)))
    return rows


def _per_minute(one: Together) -> float:
    seconds: float = sum(figures["cpu_seconds"] for figures in one.stages.values())
    return seconds / one.minutes


def _goals(names: Sequence[str], single: Alone, long: Sequence[Together], busy: cores.Busy) -> list[Goal]:
    goals = []
    if all(name in names for name in PREPARING):
        decodes = sum(single.cpu(name) for name in PREPARING) / single.decode
        wanted = f"{', '.join(PREPARING)} together: at most {MOST_DECODES:g} bare decodes"
        goals.append(Goal(wanted, f"{decodes:.2f}", decodes <= MOST_DECODES))
    for name in HEAVY:
        if name in names:
            seconds = single.cpu(name)
            wanted = f"{name}: at most {MOST_HEAVY_SECONDS:g} cpu s a minute"
            goals.append(Goal(wanted, f"{seconds:.1f}", seconds <= MOST_HEAVY_SECONDS))
    first, last = long[0], long[-1]
    peak = max(one.peak_mebibytes for one in long)
    growth, factor = last.peak_mebibytes - first.peak_mebibytes, _per_minute(last) / _per_minute(first)
    return [
        *goals,
        Goal(f"all models loaded, at most {MOST_MEBIBYTES} MiB", f"{peak:.0f} MiB at work", peak <= MOST_MEBIBYTES),
        Goal(
            f"memory flat: {last.minutes} minutes need at most {MOST_GROWTH_MEBIBYTES} MiB more than {first.minutes}",
            f"{growth:+.0f} MiB",
            growth <= MOST_GROWTH_MEBIBYTES,
        ),
        Goal(
            f"cost linear: a minute of {last.minutes} at most {MOST_PER_MINUTE_GROWTH:g} times that of {first.minutes}",
            f"{factor:.2f} times",
            factor <= MOST_PER_MINUTE_GROWTH,
        ),
        busy.goal(),
    ]


def _draw(long: Sequence[Together]) -> None:
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    seconds = {name: [one.stages[name]["cpu_seconds"] for one in long] for name in long[0].stages}
    title = "Processor seconds of each stage by the length of the video, 1080p30"
    draw(PICTURE, title, [one.minutes for one in long], seconds)
