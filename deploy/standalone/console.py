"""What the person at the terminal sees."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn


class Terminal:
    """Short lines about what is going on; the logs hold the rest."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def say(self, line: str) -> None:
        """One line of plain text, never wrapped: it may hold an address or a key."""
        self._console.print(line, markup=False, soft_wrap=True)

    def started(self, name: str, seconds: float) -> None:
        """A part can work."""
        self._console.print(f"[green]✓[/] {escape(name):<20} {seconds:5.1f} s", soft_wrap=True)

    def complain(self, line: str) -> None:
        """Something went wrong."""
        self._console.print(f"[bold red]![/] {escape(line)}", soft_wrap=True)

    def address(self, url: str) -> None:
        """Where it all is."""
        self._console.print(f"[bold]Rushes is ready:[/] {escape(url)}", soft_wrap=True)

    @contextmanager
    def fetching(
        self, title: str, total_bytes: int
    ) -> Iterator[Callable[[str, int], AbstractContextManager[Callable[[int], None]]]]:
        """A progress bar over all files of one fetch; yields what counts the bytes of each file."""
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task(title, total=total_bytes)

            @contextmanager
            def count(_file: str, _size_bytes: int) -> Iterator[Callable[[int], None]]:
                yield lambda size_bytes: progress.update(task, advance=size_bytes)

            yield count
