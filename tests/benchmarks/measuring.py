"""Figures from lists of figures, and what processes have used."""

import contextlib
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

MEBIBYTE = 1 << 20


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which so many percent of the values lie."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, what it started, and what of that has ended and was waited for."""
    used = 0.0
    for process in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used += times.user + times.system + times.children_user + times.children_system
    return used


def cpu_seconds_by_name(pids: Mapping[str, int]) -> dict[str, float]:
    """As `cpu_seconds`, for several."""
    return {name: cpu_seconds(pid) for name, pid in pids.items()}


def used_between(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """What each has used between two looks."""
    return {name: after[name] - before[name] for name in after}


@dataclass(frozen=True)
class Memory:
    """What a process and its children hold.

    Attributes:
        resident_bytes: All of their pages, shared ones counted for each.
        share_bytes: Their share: a page of four processes counts a quarter for each. None where the system cannot say.
    """

    processes: int
    resident_bytes: int
    share_bytes: int | None


def memory(pid: int, *, with_children: bool = True) -> Memory:
    """The memory of a process now."""
    count = resident = share = 0
    for process in family(pid) if with_children else [psutil.Process(pid)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            held = process.memory_full_info()
            count += 1
            resident += held.rss
            share += getattr(held, "pss", 0)
    return Memory(count, resident, share or None)


def family(pid: int) -> list[psutil.Process]:
    """A process and all that it started, as far as they live."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def milliseconds(seconds: float) -> str:
    """`12.3`."""
    return f"{seconds * 1000:.1f}"
