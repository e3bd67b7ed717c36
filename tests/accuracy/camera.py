"""How often the camera's move is named right, and how far its speed is off."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from services.ingest import stage as ingest
from services.ingest.settings import Settings as IngestSettings
from services.motion_analysis import stage
from services.motion_analysis.core.analysis import Analysis
from services.motion_analysis.core.shots import ShotSpan
from services.motion_analysis.core.window import Window
from services.motion_analysis.settings import Settings
from shared.contracts.artifacts import REPORT
from shared.contracts.reports.video_analysis import Shot, VideoAnalysisReport
from shared.testkit.clips.writing import write_clip
from shared.testkit.pipeline import Done, run_stages
from tests.accuracy.camera_clips import KINDS, Clip, make_clip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from shared.contracts.reports.motion_analysis import CameraMotion, MotionAnalysisReport

CLIPS_OF_EACH_KIND = 12
FIRST_SEED = 1000
"""Seeds below were used to choose the thresholds."""
ENCODED_SEED = 2000
RATE_OF_TICKS = 600
"""Ticks per second: every rate of the clips fits."""
GOAL_SHARE = 0.1


@dataclass(frozen=True)
class Verdict:
    """How one clip was judged; `speed_error` is a share of the true speed, None where the clip has none."""

    clip: Clip
    said: str
    confidence: float
    speed_error: float | None

    @property
    def is_right(self) -> bool:
        """Whether the move was named as it is."""
        return self.said == self.clip.move


def measure() -> str:
    """A table by kinds of moves, and what was named wrong."""
    verdicts = [
        judged(make_clip(kind, seed)) for kind in KINDS for seed in range(FIRST_SEED, FIRST_SEED + CLIPS_OF_EACH_KIND)
    ]
    encoded = [_judge(clip, _through_the_stages(clip)) for clip in (make_clip(kind, ENCODED_SEED) for kind in KINDS)]
    rows = [_row("as arrays", verdicts), _row("as files, through ingest and the stage", encoded)]
    return "\n\n".join(
        [
            _table(verdicts),
            _by_foreground(verdicts),
            "\n".join([*_head("clips given"), *rows]),
            _wrong([*verdicts, *encoded]),
        ]
    )


def judged(clip: Clip) -> Verdict:
    """A clip analysed as one shot, and compared with its truth."""
    return _judge(clip, analysed(clip))


def _judge(clip: Clip, report: MotionAnalysisReport) -> Verdict:
    camera = report.camera[0]
    return Verdict(clip, camera.move, camera.confidence, _speed_error(clip, camera))


def analysed(clip: Clip) -> MotionAnalysisReport:
    """The report of a clip that is one shot."""
    duration = float(clip.times[-1]) + 1 / clip.rate
    analysis = Analysis([ShotSpan(0, 0.0, duration, 0.0, duration)], Window())
    for time, frame in clip.frames():
        analysis.add(time, frame)
    return analysis.report(duration)


def _through_the_stages(clip: Clip) -> MotionAnalysisReport:
    """The report of a clip that was encoded, prepared and found to be one shot."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        tick = Fraction(1, RATE_OF_TICKS)
        times = [round(time / tick) * tick for time in clip.times.tolist()]
        frames = [_displayed(frame) for _, frame in clip.frames()]
        path = write_clip(folder / "clip.mp4", times=times, picture=frames.__getitem__, time_base=tick)
        end = float(clip.times[-1]) + 1 / clip.rate
        shot = Shot(index=0, start_seconds=0.0, end_seconds=end, transition_in=None, score=None)
        cut = VideoAnalysisReport(duration_seconds=end, shots=(shot,))
        (folder / REPORT).write_text(cut.model_dump_json(), "utf-8")
        before = {"video_analysis": Done(cut, {REPORT: folder / REPORT}, 0.0, 0.0)}
        stages = [ingest.make_stage(IngestSettings()), stage.make_stage(Settings())]
        done = run_stages(path, stages, folder / "work", models_dir=folder, before=before)
        report: MotionAnalysisReport = done["motion_analysis"].report
        return report


def _displayed(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Limited-range luma as grey sRGB."""
    grey = np.clip((luma.astype(np.float32) - 16) * np.float32(255 / 219), 0, 255).astype(np.uint8)
    return np.stack([grey] * 3, axis=-1)


def _speed_error(clip: Clip, camera: CameraMotion) -> float | None:
    """The error of the rate in the move's own direction, over the spans that are called so."""
    if camera.move != clip.move or camera.move in ("static", "handheld", "dolly"):
        return None
    said, true, seconds = [], [], []
    for span in camera.spans:
        if span.move != camera.move:
            continue
        way, growth, turn = clip.mean_rates(span.start_seconds, span.end_seconds)
        if camera.move in ("pan", "tilt"):
            said.append(complex(span.right_per_second, span.down_per_second))
            true.append(way)
        else:
            is_roll = camera.move == "roll"
            said.append(complex(span.roll_degrees_per_second if is_roll else np.log(span.scale_per_second)))
            true.append(complex(turn if is_roll else growth))
        seconds.append(span.end_seconds - span.start_seconds)
    return float(abs(np.dot(seconds, said) - np.dot(seconds, true)) / abs(np.dot(seconds, true)))


def _table(verdicts: list[Verdict]) -> str:
    lines = _head("clips of")
    lines += [_row(kind, [verdict for verdict in verdicts if verdict.clip.kind == kind]) for kind in KINDS]
    lines.append(_row("**all**", verdicts))
    return "\n".join(lines)


def _head(first: str) -> list[str]:
    return [f"| {first} | named right | speed within 10 % | speed error, median | largest |", "|---|---|---|---|---|"]


def _row(name: str, verdicts: list[Verdict]) -> str:
    right = sum(verdict.is_right for verdict in verdicts)
    errors = np.array([verdict.speed_error for verdict in verdicts if verdict.speed_error is not None])
    named = f"| {name} | {right} of {len(verdicts)} ({right / len(verdicts):.0%}) |"
    if not len(errors):
        return f"{named} | | |"
    within = int((errors <= GOAL_SHARE).sum())
    return f"{named} {within} of {len(errors)} | {np.median(errors):.1%} | {errors.max():.1%} |"


def _by_foreground(verdicts: list[Verdict]) -> str:
    shares: dict[float, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        shares[verdict.clip.foreground].append(verdict)
    lines = ["| moving things cover | named right |", "|---|---|"]
    for share, some in sorted(shares.items()):
        lines.append(f"| {share:.0%} | {sum(verdict.is_right for verdict in some)} of {len(some)} |")
    return "\n".join(lines)


def _wrong(verdicts: list[Verdict]) -> str:
    wrong = [verdict for verdict in verdicts if not verdict.is_right]
    if not wrong:
        return "None was named wrong."
    said = "; ".join(
        f"{verdict.clip.kind} {verdict.clip.seed} ({verdict.clip.rate} frames per second, "
        f"{verdict.clip.foreground:.0%} covered) as {verdict.said} with confidence {verdict.confidence:.2f}"
        for verdict in wrong
    )
    return f"Named wrong: {said}."
