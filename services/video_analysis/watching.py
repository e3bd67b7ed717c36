"""The one pass over the proxy: each frame is decoded once and shown to everything that measures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from services.video_analysis.core.area import AreaMeter
from services.video_analysis.core.keys import SharpnessMeter
from services.video_analysis.core.measuring import SMALL_HEIGHT, SMALL_WIDTH, Measurer
from services.video_analysis.core.motion import MotionMeter
from services.video_analysis.core.subtitles import SubtitleMeter
from shared.media import frames
from shared.media.shrinking import shrunk_bgr

if TYPE_CHECKING:
    from pathlib import Path

    from services.video_analysis.strip import Strip
    from shared.kit.stage import Progress


@dataclass(frozen=True)
class Watched:
    """What was measured; each keeps a few numbers for each frame, or none."""

    measurer: Measurer = field(default_factory=Measurer)
    motion: MotionMeter = field(default_factory=MotionMeter)
    area: AreaMeter = field(default_factory=AreaMeter)
    sharpness: SharpnessMeter = field(default_factory=SharpnessMeter)
    subtitles: SubtitleMeter = field(default_factory=SubtitleMeter)


def watch(proxy: Path, strip: Strip, duration_seconds: float, say: Progress) -> Watched:
    """Measure every frame; their small pictures go into the strip.

    Args:
        proxy: Made by the ingest stage.
        strip: Empty.
        duration_seconds: Only for saying how far it is.
        say: Told from 0 to 1.
    """
    watched = Watched()
    for frame in frames(proxy):
        seconds = frame.time_seconds
        strip.add(watched.measurer.add(seconds, shrunk_bgr(frame, SMALL_WIDTH, SMALL_HEIGHT)))
        luma = frame.luma()
        watched.motion.add(seconds, luma)
        if watched.sharpness.wants(seconds):
            watched.sharpness.add(frame.index, seconds, luma)
            watched.area.add(luma)
        if watched.subtitles.wants(seconds):
            watched.subtitles.add(seconds, luma)
        if duration_seconds > 0:
            say(min(1.0, seconds / duration_seconds))
    return watched
