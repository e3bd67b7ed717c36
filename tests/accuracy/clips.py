"""Real clips out of public packages, fetched once with pip or apt and kept in a cache of the user's own."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

CACHE = Path.home() / ".cache" / "rushes" / "clips"


def from_python(requirement: str, member: str, *, sdist: bool = False) -> Path:
    """A file of a Python package, e.g. `from_python("gradio==6.31", "gradio/media_assets/audio/sax.wav")`.

    Args:
        requirement: Pinned. Nothing of it is installed or imported.
        member: Its path in the wheel, or, of an sdist, its path below the top folder.
    """
    kept = CACHE / requirement.replace("==", "-") / member
    if not kept.exists():
        _fetch_python(requirement, sdist=sdist, into=kept.parents[len(Path(member).parts) - 1])
    return kept


def folder_from_python(requirement: str, folder: str, *, sdist: bool = False) -> Path:
    """A folder of a Python package."""
    kept = CACHE / requirement.replace("==", "-")
    if not (kept / folder).exists():
        _fetch_python(requirement, sdist=sdist, into=kept)
    return kept / folder


def from_debian(package: str, member: str) -> Path:
    """A file or folder of a Debian package; needs apt-get and dpkg-deb.

    Raises:
        RuntimeError: This machine has no such package source.
    """
    kept = CACHE / "debian" / package / member
    if kept.exists():
        return kept
    with TemporaryDirectory() as scratch:
        try:
            fetch = ["apt-get", "download", "--quiet", package]
            subprocess.run(fetch, cwd=scratch, check=True, capture_output=True)  # noqa: S603  no shell
            (archive,) = Path(scratch).glob("*.deb")
            (CACHE / "debian" / package).mkdir(parents=True, exist_ok=True)
            subprocess.run(["dpkg-deb", "-x", str(archive), str(CACHE / "debian" / package)], check=True)  # noqa: S603, S607  no shell
        except (OSError, subprocess.CalledProcessError, ValueError) as error:
            raise RuntimeError(f"The Debian package {package} cannot be fetched here.") from error
    return kept


def _fetch_python(requirement: str, *, sdist: bool, into: Path) -> None:
    form = "--no-binary=:all:" if sdist else "--only-binary=:all:"
    with TemporaryDirectory() as scratch:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            form,
            requirement,
            "--dest",
            scratch,
        ]
        subprocess.run(command, check=True)  # noqa: S603  no shell, arguments from this folder
        (archive,) = Path(scratch).iterdir()
        into.mkdir(parents=True, exist_ok=True)
        if archive.suffix in (".whl", ".zip"):
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(into)  # noqa: S202  a pinned package
            return
        with tarfile.open(archive) as sources:
            for entry in sources.getmembers():
                entry.name = str(Path(*Path(entry.name).parts[1:]))
                if entry.name != ".":
                    sources.extract(entry, into, filter="data")
