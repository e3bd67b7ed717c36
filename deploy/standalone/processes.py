"""What a supervised process is: plain data, so that the whole stack is a table."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class ProcessSpec:
    """One process of the stack: how it is started, how one knows it can work, how long it may take to end."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    # Files that a killed predecessor may have left and that would mislead the next one.
    removes: tuple[Path, ...] = ()
    stop_grace_seconds: float = 10.0
