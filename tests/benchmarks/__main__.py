"""Measure Rushes and write `docs/performance.md`: `python -m tests.benchmarks [NAME…]`."""

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.benchmarks import page, start
from tests.benchmarks.analysis import benchmark as analysis
from tests.benchmarks.dead import benchmark as dead
from tests.benchmarks.deliveries import benchmark as deliveries
from tests.benchmarks.engine import benchmark as engine
from tests.benchmarks.hops import benchmark as hops
from tests.benchmarks.lists import benchmark as lists
from tests.benchmarks.machine import circumstances
from tests.benchmarks.reads import benchmark as reads
from tests.benchmarks.sections import Section

Measure = Callable[[Path, float], Awaitable[Section]]

BENCHMARKS: dict[str, tuple[str, Measure]] = {
    "start": (start.TITLE, start.measure),
    "hops": (hops.TITLE, hops.measure),
    "engine": (engine.TITLE, engine.measure),
    "analysis": (analysis.TITLE, analysis.measure),
    "reads": (reads.TITLE, reads.measure),
    "lists": (lists.TITLE, lists.measure),
    "deliveries": (deliveries.TITLE, deliveries.measure),
    "dead": (dead.TITLE, dead.measure),
}
LIMIT_SECONDS = 900.0
"""Of one benchmark …"""
LIMITS_SECONDS = {"engine": 3600.0}
"""… but for those that have 46 minutes of video to go through."""
LAST_LINES = 8
"""Of each log that are shown when a benchmark fails."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; none: all")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the full sizes; below 1 the page is left as it is"
    )
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    return options


async def measured(name: str, scale: float) -> Section:
    with tempfile.TemporaryDirectory(prefix=f"rushes-bench-{name}-", ignore_cleanup_errors=True) as folder:
        try:
            async with asyncio.timeout(LIMITS_SECONDS.get(name, LIMIT_SECONDS)):
                return await BENCHMARKS[name][1](Path(folder), scale)
        except Exception:
            show_logs(Path(folder))
            raise


def show_logs(folder: Path) -> None:
    for log in folder.rglob("*.log"):
        print(f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-LAST_LINES:], sep="\n", flush=True)


def main() -> int:
    options = arguments()
    names = options.names or list(BENCHMARKS)
    command = "make bench" if not options.names else f"python -m tests.benchmarks {' '.join(names)}"
    made: dict[str, str] = {}
    for name in names:
        print(f"--- {name}", flush=True)
        beginning, began = circumstances(command), time.monotonic()
        try:
            section = asyncio.run(measured(name, options.scale))
        except Exception:  # noqa: BLE001  one that fails must not lose the figures of the others
            traceback.print_exc()
            continue
        text = section.markdown(beginning)
        print(f"{text}\n({time.monotonic() - began:.0f} s)\n", flush=True)
        made[section.title] = text
        if options.scale >= 1:
            page.write({section.title: text}, [title for title, _ in BENCHMARKS.values()])
    return 0 if len(made) == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
