"""Kafka's jars: the committed lock, the shared cache, and a fetch that trusts only the lock's digests."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import stamina
from jgo.config import GlobalSettings
from jgo.maven import MavenContext
from jgo.maven._resolver import PythonResolver

LOCK_FILE = Path(__file__).with_name("kafka_jars.lock.json")
FETCH_TIMEOUT_SECONDS = 60
FETCH_ATTEMPTS = 4
# The repository answers many small files; four at a time fill a usual line without being rude.
PARALLEL_FETCHES = 4

FetchProgress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


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
    return tuple(jar for jar in jars if not _is_genuine(jar, directory / jar.file))


def classpath(jars: tuple[Jar, ...], directory: Path) -> str:
    """The Java class path of verified jars."""
    absent = missing(jars, directory)
    if absent:
        raise JarRefusedError(f"{absent[0].file} in {directory} is missing or is not the file that the lock names")
    return ":".join(str(directory / jar.file) for jar in jars)


def fetch(jars: tuple[Jar, ...], directory: Path, progress: FetchProgress | None = None) -> int:
    """Bring every missing jar into the directory; return how many were fetched."""
    absent = missing(jars, directory)
    if not absent:
        return 0
    directory.mkdir(parents=True, exist_ok=True)
    with (
        _partial_directory(directory) as partial_directory,
        ThreadPoolExecutor(PARALLEL_FETCHES, thread_name_prefix="fetch-jar") as threads,
    ):
        context = maven_context(partial_directory, progress)
        fetches = [threads.submit(_fetch_one, jar, context, directory) for jar in absent]
        for each in fetches:
            each.result()
    return len(absent)


def maven_context(repository_cache: Path, progress: FetchProgress | None = None) -> MavenContext:
    """Where jgo looks: its own default repository, or those that the user named in jgo's configuration."""
    return MavenContext(
        resolver=PythonResolver(progress_callback=progress),
        repo_cache=repository_cache,
        remote_repos=GlobalSettings.load().repositories or None,
        timeout=FETCH_TIMEOUT_SECONDS,
    )


def _is_genuine(jar: Jar, file: Path) -> bool:
    return file.is_file() and file.stat().st_size == jar.size_bytes and digest(file) == jar.sha256


def _fetch_one(jar: Jar, context: MavenContext, directory: Path) -> None:
    artifact = context.create_dependency(jar.coordinate).artifact
    try:
        for attempt in stamina.retry_context(on=requests.RequestException, attempts=FETCH_ATTEMPTS):
            with attempt:
                # A broken attempt leaves its half behind, and jgo would take that for the whole.
                (context.repo_cache / artifact.component.path_prefix / artifact.filename).unlink(missing_ok=True)
                fetched = artifact.resolve()
    except (requests.RequestException, RuntimeError) as error:
        raise JarRefusedError(
            f"{jar.coordinate} could not be fetched ({type(error).__name__}); "
            "with a network once, `rushes fetch` fills the cache for offline use"
        ) from error
    if not _is_genuine(jar, fetched):
        raise JarRefusedError(
            f"{jar.coordinate} has SHA-256 {digest(fetched)}, but the lock names {jar.sha256}: it is not used"
        )
    # One rename, so that the cache never shows a half-written jar, whoever else fetches at the same time.
    fetched.replace(directory / jar.file)


@contextmanager
def _partial_directory(directory: Path) -> Iterator[Path]:
    partial_directory = Path(tempfile.mkdtemp(prefix=".partial-", dir=directory))
    try:
        yield partial_directory
    finally:
        shutil.rmtree(partial_directory, ignore_errors=True)
