"""Marks: when a run passed a point in the code, noted in the processes themselves and written at their end."""

import atexit
import functools
import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

FILE_VARIABLE = "BENCHMARK_MARKS_FILE"

Places = dict[str, dict[str, float]]
"""Seconds since 1970 by the name of the place, by run."""

Name = Callable[..., tuple[str, str] | None]
"""The run and the name of the place, of a call's arguments; None: nothing is noted."""


class Marks:
    """The marks of one process."""

    def __init__(self) -> None:
        self._places: Places = defaultdict(dict)
        atexit.register(self._write)

    def on(self, owner: type, method: str, *, before: Name | None = None, after: Name | None = None) -> None:
        """Note every call of a coroutine method of a class, before it and after it."""
        original = getattr(owner, method)

        @functools.wraps(original)
        async def noted(*arguments: Any, **keywords: Any) -> Any:
            self._note(before, arguments)
            answer = await original(*arguments, **keywords)
            self._note(after, arguments)
            return answer

        setattr(owner, method, noted)

    def note(self, run_id: str, place: str) -> None:
        """Note the first time that a run is at a place."""
        self._places[run_id].setdefault(place, time.time())

    def _note(self, name: Name | None, arguments: tuple[Any, ...]) -> None:
        if name is not None and (found := name(*arguments)) is not None:
            self.note(*found)

    def _write(self) -> None:
        if file := os.environ.get(FILE_VARIABLE):
            Path(file).write_bytes(orjson.dumps(self._places))
