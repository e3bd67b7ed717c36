"""The stage's work in its order: watch, find shots, compare them, look at their key pictures, say what was found."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from services.video_analysis.composing import COMPOSED_A_MINUTE, SEARCHED_A_MINUTE, compose_shots, most_telling
from services.video_analysis.core.describing import cuts_a_minute, describe_groups, describe_scenes, describe_shots
from services.video_analysis.core.grouping import group, same_views
from services.video_analysis.core.keys import choose_key
from services.video_analysis.core.likeness import look_of, sample_frames
from services.video_analysis.core.scenes import find_scenes
from services.video_analysis.core.segments import segments_of
from services.video_analysis.core.shots import find_shots
from services.video_analysis.core.spans import changes_of, spans_of
from services.video_analysis.core.subtitles import are_burned_in
from services.video_analysis.strip import Strip
from services.video_analysis.watching import watch
from shared.contracts.reports.video_analysis import Subtitles, VideoAnalysisReport
from shared.media import FrameMeasures, read_statistics, write_frame_measures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from services.video_analysis.core.doubt import Ask
    from services.video_analysis.core.keys import SharpnessMeter
    from shared.contracts.reports.ingest import IngestReport
    from shared.kit.stage import Progress
    from shared.models.objects import ObjectDetector

MEASURES = "measures.npz"

WATCHED = 0.9
"""The share of the work that is done when every frame has been seen."""

MOST_KEY_CANDIDATES = 25
"""Of a long shot so many pictures, evenly spread, are compared."""


def analyse(
    prepared: IngestReport,
    folder: Path,
    output: Path,
    scratch: Path,
    *,
    ask: Ask,
    detector: ObjectDetector,
    say: Progress,
) -> VideoAnalysisReport:
    """Analyse a prepared video and write the measures of its frames.

    Args:
        prepared: The report of the ingest stage.
        folder: Where the files that it names lie.
        output: Where the measures are written.
        scratch: A file that may be used meanwhile.
        ask: Looks at doubtful transitions.
        detector: Finds people.
        say: Told from 0 to 1.
    """
    proxy = folder / prepared.proxy
    duration = prepared.duration_seconds
    with Strip(scratch) as strip:
        watched = watch(proxy, strip, duration, lambda share: say(WATCHED * share))
        found = find_shots(watched.measurer.measures(), strip.look, duration, ask)
        times = watched.motion.time_seconds
        spans = spans_of(found, times)
        clear = [(span.clear_first, span.clear_end) for span in spans]
        speeds = watched.motion.speeds([span.first for span in spans], _between(clear))
        looks = [look_of(_pictures(strip, sample_frames(*span))) for span in clear]
        keys = [float(times[_key_frame(span, watched.sharpness, strip, speeds)]) for span in clear]
    pairs = same_views(looks)
    groups = group(pairs)
    runs = find_scenes(looks, [(shot.start_seconds, shot.end_seconds) for shot in found], pairs)
    area = watched.area.area(prepared.video.width, prepared.video.height)
    lengths = [shot.end_seconds - shot.start_seconds for shot in found]
    composed = most_telling(groups, lengths, a_minute=COMPOSED_A_MINUTE, duration_seconds=duration)
    searched = most_telling(groups, lengths, a_minute=SEARCHED_A_MINUTE, duration_seconds=duration)
    compositions = compose_shots(proxy, {shot: keys[shot] for shot in composed}, searched, area=area, detector=detector)
    write_frame_measures(output, FrameMeasures(times, speeds))
    colours = read_statistics(folder / prepared.statistics).colour_shares
    shots = describe_shots(found, spans, keys, compositions, colour_shares=colours, speeds=speeds)
    shot_groups = describe_groups(groups, spans, colours)
    scenes = describe_scenes(runs, found, spans, colour_shares=colours, speeds=speeds)
    return VideoAnalysisReport(
        duration_seconds=duration,
        shots=shots,
        groups=shot_groups,
        scenes=scenes,
        frame_rate=prepared.video.frame_rate,
        cut_frequency=cuts_a_minute(len(shots), duration),
        picture=area,
        subtitles=Subtitles(
            muxed=prepared.subtitle_streams > 0,
            burned_in=are_burned_in(watched.subtitles.lines(), changes_of(found)),
        ),
        measures=output.name,
        segments=segments_of(shots, shot_groups, scenes),
    )


def _between(clear: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The frames of the gradual transitions: from the end of what one shot shows alone to the next's beginning."""
    return [(end, first) for (_, end), (first, _) in pairwise(clear) if end < first]


def _pictures(strip: Strip, frames: Sequence[int]) -> NDArray[np.uint8]:
    return np.concatenate([strip.look(frame, frame + 1) for frame in frames])


def _key_frame(clear: tuple[int, int], meter: SharpnessMeter, strip: Strip, speeds: NDArray[np.float32]) -> int:
    """The frame of a shot's key picture: of those whose sharpness is known, or else the middle one."""
    begin, end = np.searchsorted(meter.frames, clear)
    if begin == end:
        return sum(clear) // 2
    places = np.unique(np.linspace(begin, end - 1, MOST_KEY_CANDIDATES).astype(int))
    frames = [meter.frames[int(place)] for place in places]
    sharpness = np.array([meter.sharpness[place] for place in places])
    return frames[choose_key(sharpness, _pictures(strip, frames), speeds[frames])]
