"""The acoustic fingerprint of an audio track: Chromaprint, as it comes inside FFmpeg."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import imageio_ffmpeg
import numpy as np

from shared.media.opening import OWN_DEMUXERS, PROTOCOLS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ALGORITHM = 1
"""Chromaprint's own default, and AcoustID's: what other programs compute can be compared."""


def write_fingerprint(track: Path, into: Path) -> NDArray[np.uint32]:
    """Fingerprint a prepared audio track; memory stays flat.

    Args:
        track: An audio track made by the ingest stage.
        into: The file to write: a little-endian uint32 for each 0.124 s, the first for the first 2.6 s of sound.

    Returns:
        What was written, shape (n,); empty for less than 3 s.

    Raises:
        subprocess.CalledProcessError: The track cannot be read.
    """
    limits = ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", OWN_DEMUXERS]
    source = [*limits, "-i", f"file:{track}", "-map", "0:a:0"]
    result = ["-f", "chromaprint", "-algorithm", str(ALGORITHM), "-fp_format", "raw", f"file:{into}"]
    program = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", "-threads", "1"]
    subprocess.run([*program, *source, *result], check=True, capture_output=True)  # noqa: S603  no shell, own files
    return np.fromfile(into, "<u4")
