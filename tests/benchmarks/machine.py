"""The machine that figures were made on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil


def circumstances(command: str) -> str:
    """One paragraph: when, by which command, on what, and how busy that was before the benchmark began."""
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"*{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, `{command}`, {_processor()}, {cores} cores, "
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()} {platform.release().partition('-')[0]}, "
        f"Python {platform.python_version()}; load {load} before it began.*"
    )


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
