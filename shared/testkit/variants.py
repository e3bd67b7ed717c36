"""Many different files from one clip."""

import struct
from pathlib import Path


def variant(clip: Path, number: int, folder: Path) -> Path:
    """The same film in a file of other bytes: an MP4 with one more `free` box at its end (ISO/IEC 14496-12, 8.1.2)."""
    content = f"variant {number}".encode()
    path = folder / f"{clip.stem}-{number}{clip.suffix}"
    path.write_bytes(clip.read_bytes() + struct.pack(">I4s", 8 + len(content), b"free") + content)
    return path
