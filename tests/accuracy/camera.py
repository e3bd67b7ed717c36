"""How often the camera's move is named right, and how far its speed is off."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from services.motion_analysis.core.analysis import Analysis
from services.motion_analysis.core.shots import ShotSpan
from services.motion_analysis.core.window import Window
from tests.accuracy.camera_clips import KINDS, Clip, make_clip

if TYPE_CHECKING:
    from shared.contracts.reports.motion_analysis import CameraMotion, MotionAnalysisReport

CLIPS_OF_EACH_KIND = 14
FIRST_SEED = 1000
"""Seeds below were used to choose the thresholds."""
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
    return f"{_table(verdicts)}\n\n{_by_foreground(verdicts)}\n\n{_wrong(verdicts)}"


def judged(clip: Clip) -> Verdict:
    """A clip analysed as one shot, and compared with its truth."""
    camera = analysed(clip).camera[0]
    return Verdict(clip, camera.move, camera.confidence, _speed_error(clip, camera))


def analysed(clip: Clip) -> MotionAnalysisReport:
    """The report of a clip that is one shot."""
    duration = float(clip.times[-1]) + 1 / clip.rate
    analysis = Analysis([ShotSpan(0, 0.0, duration, 0.0, duration)], Window())
    for time, frame in clip.frames():
        analysis.add(time, frame)
    return analysis.report(duration)


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
    lines = ["| clips of | named right | speed within 10 % | speed error, median | largest |", "|---|---|---|---|---|"]
    lines += [_row(kind, [verdict for verdict in verdicts if verdict.clip.kind == kind]) for kind in KINDS]
    lines.append(_row("**all**", verdicts))
    return "\n".join(lines)


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
