"""One launcher at a time on one data directory."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.standalone.files import read_json


class AlreadyRunningError(Exception):
    """Another launcher runs on this data directory."""


@contextmanager
def hold(lock_file: Path, url: str) -> Iterator[None]:
    """Hold the directory's lock; the kernel lets go of it when this process dies, however it dies."""
    # The file stays when the lock is given back: deleting it would let two launchers hold two files of one name.
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_who_holds(lock_file)) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "url": url}).encode())
        yield
    finally:
        os.close(descriptor)


def _who_holds(lock_file: Path) -> str:
    holder = read_json(lock_file)
    process = f"process {holder['pid']}" if "pid" in holder else "another process"
    address = f" at {holder['url']}" if holder.get("url") else ""
    return f"Rushes already runs on {lock_file.parent}: {process}{address}. End it first, or choose another --data-dir."
