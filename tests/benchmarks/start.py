"""How long `rushes up` takes until work can be done, and what it holds in memory then."""

import asyncio
import time
from pathlib import Path

import psutil

from deploy.standalone.settings import NAMES
from deploy.standalone.stack import Stack
from tests.benchmarks.children import OURS
from tests.benchmarks.measuring import MEBIBYTE, Memory, memory
from tests.benchmarks.sections import Section, Table

TITLE = "Start"
STARTS = 3
SETTLING_SECONDS = 3.0
LAUNCHER = "rushes up"


async def measure(folder: Path, scale: float) -> Section:
    """Start on new data directories and again on the same ones."""
    cold: list[float] = []
    warm: list[float] = []
    held: dict[str, Memory] = {}
    for number in range(max(1, round(STARTS * scale))):
        stack = Stack(folder / f"data-{number}", environment=OURS)
        for starts in (cold, warm):
            starts.append(await asyncio.to_thread(_start, stack))
            try:
                await asyncio.sleep(SETTLING_SECONDS)
                held = _memory(stack)
            finally:
                await asyncio.to_thread(stack.stop)
    return Section(
        title=TITLE,
        method=(
            "From the command until `GET /health/ready` says that work can be done: Kafka, document store, object "
            "store, gateway, workers with their models in memory, and webhook dispatcher. *Cold* is a data directory "
            "that is not there yet; Kafka's jars and the models have been fetched before, for the first start of all "
            "fetches them. *Warm* is the next start on the same directory."
        ),
        tables=[
            ("", Table(("seconds until ready", "best", "median", "worst"), [_row("cold", cold), _row("warm", warm)])),
            (
                (
                    f"Memory {SETTLING_SECONDS:g} s after a warm start, each process with its children. Resident "
                    "memory counts what processes share once for each; the share counts it once."
                ),
                Table(("memory in MiB", "processes", "resident", "share"), _memory_rows(held)),
            ),
        ],
        remarks=["No goal is set for these."],
    )


def _start(stack: Stack) -> float:
    began = time.monotonic()
    stack.start()
    return time.monotonic() - began


def _memory(stack: Stack) -> dict[str, Memory]:
    pids = stack.pids()
    launcher = psutil.Process(pids[NAMES[0]]).ppid()
    return {LAUNCHER: memory(launcher, with_children=False)} | {name: memory(pid) for name, pid in pids.items()}


def _row(name: str, seconds: list[float]) -> tuple[str, ...]:
    ordered = sorted(seconds)
    return (name, *(f"{value:.1f}" for value in (ordered[0], ordered[len(ordered) // 2], ordered[-1])))


def _memory_rows(held: dict[str, Memory]) -> list[tuple[str, ...]]:
    total = Memory(
        sum(one.processes for one in held.values()),
        sum(one.resident_bytes for one in held.values()),
        sum(one.share_bytes or 0 for one in held.values()) or None,
    )
    return [
        (name, str(one.processes), f"{one.resident_bytes / MEBIBYTE:.0f}", _share(one))
        for name, one in {**held, "all": total}.items()
    ]


def _share(held: Memory) -> str:
    return "-" if held.share_bytes is None else f"{held.share_bytes / MEBIBYTE:.0f}"
