"""Kafka's jars: the committed lock, and what the cache holds of it."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

LOCK_FILE = Path(__file__).with_name("kafka_jars.lock.json")


class JarRefusedError(Exception):
    """A jar is not the one the lock names, or cannot be had."""


@dataclass(frozen=True)
class Jar:
    """One locked jar."""

    coordinate: str
    file: str
    sha256: str
    size_bytes: int


def read_lock(lock_file: Path = LOCK_FILE) -> tuple[Jar, ...]:
    """Read the jars that the lock file names."""
    return tuple(Jar(**row) for row in json.loads(lock_file.read_text(encoding="utf-8"))["jars"])


def write_lock(jars: tuple[Jar, ...], lock_file: Path = LOCK_FILE) -> None:
    """Write the lock file, sorted by coordinate so that a change reads as a short diff."""
    rows = [vars(jar) for jar in sorted(jars, key=lambda jar: jar.coordinate)]
    lock_file.write_text(json.dumps({"jars": rows}, indent=1) + "\n", encoding="utf-8")


def digest(file: Path) -> str:
    """The SHA-256 of a file, as lower-case hex."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def missing(jars: tuple[Jar, ...], directory: Path) -> tuple[Jar, ...]:
    """The jars that the directory does not hold, or holds with other bytes than the lock names."""
    return tuple(jar for jar in jars if not is_genuine(jar, directory / jar.file))


def classpath(jars: tuple[Jar, ...], directory: Path) -> str:
    """The Java class path of verified jars."""
    absent = missing(jars, directory)
    if absent:
        raise JarRefusedError(f"{absent[0].file} in {directory} is missing or is not the file that the lock names")
    return ":".join(str(directory / jar.file) for jar in jars)


def is_genuine(jar: Jar, file: Path) -> bool:
    """Whether the file is, byte for byte, the jar that the lock names."""
    return file.is_file() and file.stat().st_size == jar.size_bytes and digest(file) == jar.sha256
