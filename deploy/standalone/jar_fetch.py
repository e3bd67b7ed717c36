"""Fetches Kafka's jars by their coordinates; trusts nothing but the lock's digests."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import requests
import stamina
from jgo.config import GlobalSettings
from jgo.maven import MavenContext
from jgo.maven._resolver import PythonResolver

from deploy.standalone.jars import Jar, JarRefusedError, digest, is_genuine, missing

FETCH_TIMEOUT_SECONDS = 60
FETCH_ATTEMPTS = 4
# The repository answers many small files; four at a time fill a usual line without being rude.
PARALLEL_FETCHES = 4

FetchProgress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


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
        try:
            for each in fetches:
                each.result()
        except BaseException:
            # A refused jar or Ctrl-C: what has not begun is not fetched any more.
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return len(absent)


def maven_context(repository_cache: Path, progress: FetchProgress | None = None) -> MavenContext:
    """Where jgo looks: its own default repository, or those that the user named in jgo's configuration."""
    return MavenContext(
        resolver=PythonResolver(progress_callback=progress),
        repo_cache=repository_cache,
        remote_repos=GlobalSettings.load().repositories or None,
        timeout=FETCH_TIMEOUT_SECONDS,
    )


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
    if not is_genuine(jar, fetched):
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
