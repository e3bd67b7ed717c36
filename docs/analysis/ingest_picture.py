"""Draw what the preparation keeps of the demonstration: `python -m docs.analysis.ingest_picture`."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from services.ingest.settings import Settings
from services.ingest.stage import make_stage
from shared.contracts.colours import COLOUR_NAMES
from shared.media import frame_at, read_audio, read_statistics
from shared.testkit.pipeline import run_stages

CLIP = Path(__file__).parents[2] / "demo" / "sales_call.mp4"
PICTURE = Path(__file__).with_name("ingest.png")
WIDTH, LEFT, RIGHT = 1100, 150, 30
STRIP_FRAMES = 9
PANEL, GAP = 110, 34
INK, RULE, PAPER = (60, 60, 60), (225, 225, 225), (255, 255, 255)
PAINTS = (
    (20, 20, 20),
    (150, 150, 150),
    (245, 245, 245),
    (60, 50, 210),
    (40, 140, 245),
    (60, 215, 245),
    (70, 165, 70),
    (205, 120, 50),
    (160, 70, 130),
    (190, 160, 245),
    (50, 90, 140),
)
"""Blue, green, red of each of `COLOUR_NAMES`."""
FONT = cv2.FONT_HERSHEY_SIMPLEX


def main() -> None:
    """Prepare the clip and write the picture beside this file."""
    with TemporaryDirectory() as folder:
        made = run_stages(CLIP, [make_stage(Settings())], Path(folder), models_dir=Path(folder))["ingest"].files
        statistics = read_statistics(made["statistics.npz"])
        samples = read_audio(made["audio.flac"])
        times = np.linspace(0, statistics.duration_seconds * 0.999, STRIP_FRAMES)
        strip = [frame_at(made["proxy.mp4"], float(time)).bgr() for time in times]
        thumbnail = np.asarray(cv2.imread(str(made["thumbnail.jpg"])), np.uint8)
    seconds = statistics.duration_seconds
    panels = [
        ("proxy", _strip(strip)),
        ("light", _curve(statistics.luma_mean, statistics.luma_deviation)),
        ("change", _bars(statistics.difference)),
        ("colours", _shares(statistics.colour_shares)),
        ("sound", _wave(samples)),
    ]
    sheet = np.full((60 + sum(panel.shape[0] + GAP for _, panel in panels) + 150, WIDTH, 3), PAPER, np.uint8)
    _write(sheet, f"{CLIP.name}: what is left for the later stages ({seconds:.1f} s)", (LEFT, 34))
    row = 60
    for name, panel in panels:
        _write(sheet, name, (20, row + panel.shape[0] // 2))
        sheet[row : row + panel.shape[0], LEFT : LEFT + panel.shape[1]] = panel
        row += panel.shape[0] + GAP
    for second in range(0, int(seconds) + 1, 10):
        _write(sheet, f"{second} s", (LEFT + round((WIDTH - LEFT - RIGHT) * second / seconds), row - GAP + 18))
    small = cv2.resize(thumbnail, (200, 112), interpolation=cv2.INTER_AREA)
    _write(sheet, "thumbnail", (20, row + 70))
    sheet[row + 10 : row + 122, LEFT : LEFT + 200] = small
    _legend(sheet, row + 40)
    cv2.imwrite(str(PICTURE), sheet, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _blank(height: int = PANEL) -> np.ndarray:
    return np.full((height, WIDTH - LEFT - RIGHT, 3), PAPER, np.uint8)


def _strip(pictures: list[np.ndarray]) -> np.ndarray:
    panel = _blank(62)
    width = panel.shape[1] // len(pictures)
    for index, picture in enumerate(pictures):
        panel[:, index * width : index * width + width - 2] = cv2.resize(
            picture, (width - 2, 62), interpolation=cv2.INTER_AREA
        )
    return panel


def _resampled(values: np.ndarray, width: int) -> np.ndarray:
    """The largest of the values that fall on each column."""
    edges = np.linspace(0, len(values), width + 1).astype(int)
    return np.array([values[start : max(start + 1, end)].max(axis=0) for start, end in pairwise(edges)])


def _curve(mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    panel = _blank()
    columns = np.arange(panel.shape[1])
    for edge in (0, PANEL // 2, PANEL - 1):
        cv2.line(panel, (0, edge), (panel.shape[1], edge), RULE, 1)
    middle, around = (_resampled(values, columns.size) for values in (mean, deviation))
    low, high = (((1 - np.clip(middle + sign * around, 0, 1)) * (PANEL - 1)) for sign in (-1, 1))
    band = np.concatenate([np.stack([columns, low], 1), np.stack([columns, high], 1)[::-1]])
    cv2.fillPoly(panel, [band.astype(np.int32)], (245, 225, 205))
    line = np.stack([columns, (1 - middle) * (PANEL - 1)], 1).astype(np.int32)
    cv2.polylines(panel, [line], isClosed=False, color=(180, 119, 31), thickness=2, lineType=cv2.LINE_AA)
    return panel


def _bars(values: np.ndarray) -> np.ndarray:
    panel = _blank(70)
    for column, value in enumerate(_resampled(values, panel.shape[1]) / max(1e-9, float(values.max()))):
        cv2.line(panel, (column, 69), (column, 69 - round(69 * float(value))), (40, 39, 214), 1)
    return panel


def _shares(shares: np.ndarray) -> np.ndarray:
    panel = _blank()
    order = np.argsort(-shares.astype(float).mean(axis=0))
    places = np.linspace(0, len(shares) - 1, panel.shape[1]).astype(int)
    for column, row in enumerate(shares[places].astype(float)):
        edges = np.concatenate([[0], np.cumsum(row[order])]) * PANEL
        for index, name in enumerate(order):
            panel[round(edges[index]) : round(edges[index + 1]), column] = PAINTS[name]
    return panel


def _wave(samples: np.ndarray) -> np.ndarray:
    panel = _blank(60)
    for column, peak in enumerate(_resampled(np.abs(samples), panel.shape[1])):
        half = round(29 * float(peak))
        cv2.line(panel, (column, 30 - half), (column, 30 + half), (75, 150, 60), 1)
    return panel


def _legend(sheet: np.ndarray, row: int) -> None:
    for index, (name, paint) in enumerate(zip(COLOUR_NAMES, PAINTS, strict=True)):
        column, line = LEFT + 240 + index % 6 * 115, row + index // 6 * 36
        cv2.rectangle(sheet, (column, line - 14), (column + 18, line + 4), paint, cv2.FILLED)
        cv2.rectangle(sheet, (column, line - 14), (column + 18, line + 4), INK, 1)
        _write(sheet, name, (column + 26, line + 2))


def _write(sheet: np.ndarray, text: str, corner: tuple[int, int]) -> None:
    cv2.putText(sheet, text, corner, FONT, 0.5, INK, 1, cv2.LINE_AA)


if __name__ == "__main__":
    main()
