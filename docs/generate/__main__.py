"""Write every generated file, or with `--check` say which of them are not what they would be.

Run `python -m docs.generate` from the root of the repository.
"""

import sys
from pathlib import Path

from docs.generate.asyncapi import asyncapi
from docs.generate.environment import environment
from docs.generate.events import catalogue, schemas
from docs.generate.openapi import openapi

ROOT = Path(__file__).resolve().parents[2]


def generated() -> dict[str, str]:
    """Every generated file's content, by its path."""
    return {
        **schemas(),
        "docs/events.md": catalogue(),
        "docs/asyncapi.json": asyncapi(),
        **openapi(),
        ".env.example": environment(),
    }


def main() -> int:
    """0 when all is written or, with `--check`, already as it should be."""
    files = generated()
    stale = [path for path, content in files.items() if read(ROOT / path) != content]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path} is not what the code says: run `make generate`", file=sys.stderr)  # noqa: T201  a command
        return 1 if stale else 0
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(files[path])
        print(f"wrote {path}")  # noqa: T201  a command
    return 0


def read(path: Path) -> str | None:
    """The file's content; None without such a file."""
    return path.read_text() if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
