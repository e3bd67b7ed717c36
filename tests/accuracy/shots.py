"""Shots: boundaries and kinds of transition on three montages of real clips, against two well-known detectors."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import AdaptiveDetector

from services.ingest.settings import Settings as IngestSettings
from services.ingest.stage import make_stage as make_ingest
from services.video_analysis.settings import Settings
from services.video_analysis.stage import make_stage
from services.video_analysis.transnet import MODEL, load
from shared.media import frames
from shared.media.shrinking import shrunk_bgr
from shared.models import model_path
from shared.testkit.pipeline import run_stages
from tests.accuracy import clips
from tests.accuracy.montage.building import build
from tests.accuracy.montage.scoring import GOAL_KINDS, Found, Score

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MODELS = Path.home() / ".cache" / "rushes" / "models"
COMPARED_WIDTH, COMPARED_HEIGHT = 240, 135
"""The size at which PySceneDetect compares."""
NOMINAL_RATE = 25.0
"""It is told frame numbers; this rate never reaches a result."""
WINDOW, KEPT = 100, 50
"""TransNetV2 alone, as its authors use it: of 100 pictures the probabilities of the middle 50 are kept."""
TRANSITION_PROBABILITY = 0.5
COMPARED_ON = "unseen"
"""The other detectors are asked about the montage alone that nothing was chosen on."""


def measure() -> str:
    """All montages, as Markdown."""
    with TemporaryDirectory() as scratch:
        return "\n\n".join(
            f"**{title}**\n\n{_measured(name, Path(scratch))}"
            for name, title in (
                ("tuning", "The montage on which the thresholds were chosen"),
                (
                    "held_out",
                    "The held-out montage: other clips, other shots, other durations; its misses were looked at",
                ),
                (
                    "unseen",
                    "The unseen montage: clips, shots and ways of transition that are in neither, measured last",
                ),
            )
        )


def _measured(name: str, scratch: Path) -> str:
    others = (
        {"TransNetV2 alone": _by_transnet, "PySceneDetect, adaptive": _by_scenedetect} if name == COMPARED_ON else {}
    )
    scores = {method: Score() for method in ("Rushes", *others)}
    cpu = dict.fromkeys(others, 0.0)
    minutes = 0.0
    for montage in build(name, clips.CACHE / "made"):
        done = run_stages(
            montage.path,
            [make_ingest(IngestSettings()), make_stage(Settings())],
            scratch / montage.path.stem,
            models_dir=MODELS,
        )
        shots = done["video_analysis"].report.shots[1:]
        ours = [Found(shot.transition_in, shot.start_seconds, shot.transition_seconds) for shot in shots]
        proxy = done["ingest"].files[done["ingest"].report.proxy]
        minutes += done["ingest"].report.duration_seconds / 60
        scores["Rushes"].add(montage.truth, montage.disturbances, ours)
        for method, find in others.items():
            found, seconds = _once(montage.path.with_suffix(f".{find.__name__}.json"), find, proxy)
            cpu[method] += seconds
            scores[method].add(montage.truth, montage.disturbances, found)
    return _comparison(scores, cpu, minutes) + "\n\n" + _kinds(scores["Rushes"]) + "\n\n" + _disturbances(scores)


def _once(kept: Path, find: Callable[[Path], list[Found]], proxy: Path) -> tuple[list[Found], float]:
    """What another detector finds in a montage, and its cpu-seconds; kept beside the montage, as neither changes."""
    if not kept.exists():
        begun = time.process_time()
        found = find(proxy)
        content = {"cpu_seconds": time.process_time() - begun, "found": [asdict(entry) for entry in found]}
        kept.write_text(json.dumps(content), "utf-8")
    told = json.loads(kept.read_text("utf-8"))
    return [Found(**entry) for entry in told["found"]], told["cpu_seconds"]


def _by_scenedetect(proxy: Path) -> list[Found]:
    detector = AdaptiveDetector(min_scene_len=0)
    times: list[float] = []
    found: list[int] = []
    for frame in frames(proxy):
        times.append(frame.time_seconds)
        timecode = FrameTimecode(frame.index, fps=NOMINAL_RATE)
        cuts = detector.process_frame(timecode, frame.bgr(COMPARED_WIDTH, COMPARED_HEIGHT))
        found += [cut.frame_num for cut in cuts]
    return [Found("", times[number]) for number in found]


def _by_transnet(proxy: Path) -> list[Found]:
    ask = load(model_path(MODEL, MODELS), 1)
    times: list[float] = []
    pictures: list[NDArray[np.uint8]] = []
    for frame in frames(proxy):
        times.append(frame.time_seconds)
        pictures.append(shrunk_bgr(frame, 48, 27)[..., ::-1])
    margin = (WINDOW - KEPT) // 2
    padded = np.stack([*[pictures[0]] * margin, *pictures, *[pictures[-1]] * WINDOW])
    kept = [ask(padded[start : start + WINDOW])[margin : margin + KEPT] for start in range(0, len(pictures), KEPT)]
    likely = np.r_[False, np.concatenate(kept)[: len(pictures)] > TRANSITION_PROBABILITY, False]
    edges = np.flatnonzero(np.diff(likely.astype(np.int8)))
    # It marks the last frame of the old shot; the middle of a run is the middle of a gradual transition.
    return [
        Found("", times[min(len(times) - 1, (int(first) + int(end) - 1) // 2 + 1)])
        for first, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def _comparison(scores: dict[str, Score], cpu: dict[str, float], minutes: float) -> str:
    lines = [
        "| method | F1: cuts, fades, dissolves, wipes | F1: all | precision | recall | kind right |",
        "|---|---|---|---|---|---|",
    ]
    for method, score in scores.items():
        kind = f"{score.right_kind:.0%}" if method == "Rushes" else "tells none"
        lines.append(
            f"| {method} | {score.f_measure(GOAL_KINDS):.3f} | {score.f_measure():.3f} | {score.precision:.3f} "
            f"| {score.recall:.3f} | {kind} |"
        )
    total = scores["Rushes"].true.total()
    costs = "".join(f" {method}: {seconds / minutes:.1f} cpu-seconds a minute." for method, seconds in cpu.items())
    return "\n".join([*lines, "", f"{total} transitions in {minutes:.1f} minutes.{costs}"])


def _kinds(score: Score) -> str:
    lines = [
        "| kind | there | found | kind right | median error of its instant | median error of its duration |",
        "|---|---|---|---|---|---|",
    ]
    for kind, count in score.true.most_common():
        met = [(true, found) for true, found in score.met if true.kind == kind]
        right = [(true, found) for true, found in met if found.kind == kind]
        instant = median([abs(found.at_seconds - true.middle_seconds) for true, found in met]) if met else 0.0
        lengths = [abs(found.seconds - (true.end_seconds - true.start_seconds)) for true, found in right]
        length = f"{median(lengths):.2f} s" if lengths and kind != "cut" else "–"  # noqa: RUF001  an empty cell
        lines.append(f"| {kind} | {count} | {len(met)} | {len(right)} | {instant * 1000:.0f} ms | {length} |")
    return "\n".join(lines)


def _disturbances(scores: dict[str, Score]) -> str:
    names = sorted(scores["Rushes"].disturbed)
    lines = ["| taken for a boundary by | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    lines += [
        f"| {method} | " + " | ".join(f"{score.split[name]} of {score.disturbed[name]}" for name in names) + " |"
        for method, score in scores.items()
    ]
    return "\n".join(lines)
