"""What a supervised process is: plain data, so that the whole stack is a table."""

import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PACKAGES = Path(__file__).parents[2]


@dataclass(frozen=True)
class ProcessSpec:
    """One process of the stack: how it is started, how one knows it can work, how long it may take to end."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], Awaitable[bool]]
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    # Run to its end, on the console, before the first start: a fetch that a person waits for.
    fetch_command: tuple[str, ...] = ()
    # Files that a killed predecessor may have left and that would mislead the next one.
    removes: tuple[Path, ...] = ()
    stop_grace_seconds: float = 10.0
    # The exit code that says, before it was ever ready, that another start cannot help.
    refuses_with: int | None = None


def python_command(module: str) -> tuple[str, ...]:
    """The command that runs a module of ours, and never a folder of the same name where the user stands (-P)."""
    return (sys.executable, "-P", "-m", module)


def python_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which our modules are found, from a checkout that nobody installed too."""
    given = environment.get("PYTHONPATH")
    return {**environment, "PYTHONPATH": f"{PACKAGES}{os.pathsep}{given}" if given else str(PACKAGES)}
