"""Whole-file writes that a reader never sees half done."""

import json
import os
import tempfile
from pathlib import Path

PRIVATE = 0o600
READABLE = 0o644


def write_whole(file: Path, text: str, mode: int = READABLE) -> None:
    """Replace the file by one with this text and mode, in one step."""
    descriptor, partial_name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    partial = Path(partial_name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
        partial.chmod(mode)
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def read_json(file: Path) -> dict[str, object]:
    """The JSON object in the file, or an empty one when there is none that can be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
