"""What the demonstration prints."""

import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

Json = dict[str, Any]


class Clock:
    """Where the time went."""

    def __init__(self) -> None:
        self._laps: list[tuple[str, float]] = []
        self._since = time.monotonic()

    def lap(self, what: str) -> None:
        """What has just ended took the time since the last one."""
        now = time.monotonic()
        self.add(what, now - self._since)
        self._since = now

    def add(self, what: str, seconds: float) -> None:
        """It took so long."""
        self._laps.append((what, seconds))

    def show(self, console: Console) -> None:
        """Print all of it."""
        table = Table(title="Where the time went", title_justify="left")
        table.add_column("what")
        table.add_column("seconds", justify="right")
        for what, seconds in self._laps:
            table.add_row(what, f"{seconds:.2f}")
        table.add_row("altogether", f"{sum(seconds for _, seconds in self._laps):.2f}", style="bold")
        console.print(table)


async def show_progress(console: Console, stream: AsyncIterator[tuple[str, Json]], clock: Clock) -> None:
    """A bar that follows the analysis' progress stream, and one lap for each stage that was shown."""
    columns = (TextColumn("{task.description:<16}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    stage: str | None = None
    with Progress(*columns, console=console, transient=not console.is_terminal) as bar:
        task = bar.add_task("queued", total=100)
        async for name, data in stream:
            if data["current_stage"] != stage:
                clock.lap(stage or "waiting for a worker")
                stage = data["current_stage"]
                console.print(f"  {data['progress_percent']:>3} %  {stage or data['resource']['status']}")
            bar.update(task, completed=data["progress_percent"], description=stage or name)


def show_analysis(console: Console, analysis: Json, transcript: Sequence[Json]) -> None:
    """Transcript, shots, summary and events."""
    console.rule("Transcript", align="left")
    for row in transcript:
        console.print(f"{row['start_seconds']:7.1f}  {row['text']}", markup=False)
    events = analysis["result"]["events"]
    console.rule("Shots", align="left")
    for event in (event for event in events if event["type"] == "visual_change"):
        console.print(f"{event['start_seconds']:7.1f}  {event['description']}", markup=False)
    for section in analysis["result"]["summary"]["sections"]:
        console.rule(section["title"], align="left")
        console.print(section["content"], markup=False)
    console.rule("Events", align="left")
    for event in (event for event in events if event["type"] != "visual_change"):
        console.print(f"{event['start_seconds']:7.1f}  {event['type']:<15} {event['description']}", markup=False)
    console.print()
