"""The integration suite once more, on a real MongoDB engine, not the embedded store: `python -m tests.on_mongodb`.

Where `MONGODB_URI` names a server, that one; else the engine beside this repository, if it is there and can start.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT.parent / "shared" / "engines" / "mongo" / "serve"
SUITE = ("tests/integration", "tests/e2e")
APART = (
    "tests/integration/test_standalone.py",  # of the embedded parts themselves
    "tests/integration/kit/bus",  # keeps no documents, as the next
    "tests/integration/kit/test_objects.py",
    "tests/integration/kit/test_documents.py",  # runs on both engines by itself, as the next two
    "tests/integration/kit/test_claims.py",
    "tests/integration/kit/test_outbox.py",
)
"""What another document store changes nothing about."""


@contextmanager
def engine(directory: Path) -> Iterator[str | None]:
    """The URI of a running engine; None, with the reason said, where there is none."""
    if not ENGINE.is_file():
        print("skipped: there is no real engine beside this repository")
        yield None
        return
    command = [str(ENGINE), "--port", "0", "--dbpath", str(directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own command
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"mongodb://\S+", line)
            if found is None:
                print("skipped: the real engine cannot start here")
            yield f"{found[0]}?w=majority" if found else None
        finally:
            process.terminate()


def main() -> int:
    """The exit code of the suite; 0 where it cannot run."""
    if os.environ.get("MONGODB_URI"):
        return run(os.environ["MONGODB_URI"])
    with tempfile.TemporaryDirectory(prefix="rushes-mongodb-") as directory, engine(Path(directory)) as uri:
        return run(uri) if uri else 0


def run(uri: str) -> int:
    """The suite on the engine at that URI."""
    command = [sys.executable, "-m", "pytest", *SUITE, *(f"--ignore={path}" for path in APART), *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "MONGODB_URI": uri}, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
