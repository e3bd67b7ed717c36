"""The stage's work in its order: plan the looks, walk over the proxy, put each window together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from services.visual_elements.core.captions import texts_by_window, to_captions
from services.visual_elements.core.looks import plan_looks
from services.visual_elements.core.segments import segments_of
from services.visual_elements.core.things import believed, seen_in
from services.visual_elements.core.windows import tones, window_bounds
from services.visual_elements.watching import watch
from shared.contracts.reports.visual_elements import Look, VisualElementsReport, Window
from shared.media import read_frame_measures, read_statistics

if TYPE_CHECKING:
    from services.visual_elements.core.things import Sight
    from services.visual_elements.reader import TextReader
    from shared.contracts.reports.ingest import IngestReport
    from shared.contracts.reports.video_analysis import PictureArea, VideoAnalysisReport
    from shared.kit.stage import Inputs, Progress
    from shared.models.objects import ObjectDetector


def find_elements(
    inputs: Inputs,
    prepared: IngestReport,
    cut: VideoAnalysisReport,
    *,
    detector: ObjectDetector,
    reader: TextReader,
    say: Progress,
) -> VisualElementsReport:
    """Say what each window of a prepared video shows."""
    duration = prepared.duration_seconds
    statistics = read_statistics(inputs.file("ingest", prepared.statistics))
    times = statistics.time_seconds
    windows = window_bounds(duration)
    shots = [(shot.start_seconds, shot.end_seconds) for shot in cut.shots]
    watched = watch(
        inputs.file("ingest", prepared.proxy),
        plan_looks(windows, shots, times, statistics.difference),
        area=cut.picture,
        detector=detector,
        reader=reader,
        duration_seconds=duration,
        say=say,
    )
    captions = to_captions(watched.texts, watched.size, [start for start, _ in shots])
    motion = np.zeros(times.size, np.float32)
    if cut.measures is not None:
        measured = read_frame_measures(inputs.file("video_analysis", cut.measures))
        motion = np.interp(times, measured.time_seconds, measured.motion).astype(np.float32)
    described = tones(
        windows,
        times,
        lightness=statistics.lab_mean[:, 0],
        colour_shares=statistics.colour_shares,
        motion=motion,
        inside=_inside(cut.picture),
    )
    evidence: list[list[Sight]] = [[] for _ in windows]
    for sight in watched.evidence:
        evidence[sight.window].append(sight)
    things = [believed(sights) for sights in evidence]
    texts = texts_by_window(captions, windows)
    found = tuple(
        Window(
            start_seconds=round(start, 3),
            end_seconds=round(end, 3),
            objects=things[index],
            colours=tone.colours,
            brightness=tone.brightness,
            motion=tone.motion,
            texts=texts[index],
        )
        for index, ((start, end), tone) in enumerate(zip(windows, described, strict=True))
    )
    looks = tuple(
        Look(seconds=round(sight.seconds, 3), objects=seen_in(sight, things[sight.window])) for sight in watched.sights
    )
    instants = {*(look.seconds for look in looks), *(round(seconds, 3) for seconds in watched.searched_at)}
    return VisualElementsReport(
        duration_seconds=duration,
        windows=found,
        captions=captions,
        looked_at_seconds=tuple(sorted(instants)),
        looks=looks,
        segments=segments_of(found),
    )


def _inside(picture: PictureArea | None) -> float:
    """The share of the picture inside any black bars."""
    if picture is None:
        return 1.0
    return max(0.05, (1 - picture.left - picture.right) * (1 - picture.top - picture.bottom))
