"""One log file for each process, bounded at every start."""

from pathlib import Path
from typing import IO

LARGEST_LOG_BYTES = 8 * 1024 * 1024


def open_log(directory: Path, name: str) -> IO[bytes]:
    """Open the log of a process for appending; a large one becomes `.log.1` first, which replaces the one before."""
    file = directory / f"{name}.log"
    if file.exists() and file.stat().st_size > LARGEST_LOG_BYTES:
        file.replace(directory / f"{name}.log.1")
    return file.open("ab")


def last_lines(directory: Path, name: str, count: int = 15) -> str:
    """The end of a process's log."""
    try:
        text = (directory / f"{name}.log").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-count:])
