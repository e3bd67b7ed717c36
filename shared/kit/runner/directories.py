"""Private directories of tasks, and the end of those whose process has died."""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

LOCK_SUFFIX = ".lock"


class TaskDirectories:
    """One directory of this process below `root`, with one directory for each task in it.

    A process holds a lock beside its directory; the system drops it however the process dies, and whoever starts next
    on the same root removes what has no holder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._lock: IO[str] | None = None
        self._own = self._root

    def __enter__(self) -> Self:
        """Remove what dead processes left, and make the own directory."""
        self._root.mkdir(parents=True, exist_ok=True)
        for lock_path in self._root.glob(f"*{LOCK_SUFFIX}"):
            self._remove_if_dead(lock_path)
        self._own = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=self._root))
        # Locked under another name first: a file of the final name is always held, or its process is dead.
        unnamed = self._own / LOCK_SUFFIX
        self._lock = unnamed.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unnamed.rename(self._lock_path(self._own))
        return self

    def __exit__(self, *_exception: object) -> None:
        """Remove the own directory."""
        shutil.rmtree(self._own, ignore_errors=True)
        self._lock_path(self._own).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()

    def new(self) -> Path:
        """A new empty directory, readable by this user alone, with `inputs` and `output` in it."""
        directory = Path(tempfile.mkdtemp(prefix="task-", dir=self._own))
        (directory / "inputs").mkdir()
        (directory / "output").mkdir()
        return directory

    def remove(self, directory: Path) -> None:
        """Remove a task's directory with all that is in it."""
        shutil.rmtree(directory, ignore_errors=True)

    def _remove_if_dead(self, lock_path: Path) -> None:
        with suppress(FileNotFoundError), lock_path.open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            shutil.rmtree(lock_path.with_suffix(""), ignore_errors=True)
            lock_path.unlink()

    def _lock_path(self, directory: Path) -> Path:
        return directory.with_name(directory.name + LOCK_SUFFIX)
