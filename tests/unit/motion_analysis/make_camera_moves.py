"""Makes the golden clip of camera moves and its truth: `python -m tests.unit.motion_analysis.make_camera_moves`."""

from __future__ import annotations

import json
import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.testkit.clips.cameras import Layer, Sprite, View, seen, with_sprites
from shared.testkit.clips.writing import Look, regular_times, write_clip

CLIP = Path(__file__).parents[2] / "data" / "camera_moves.mp4"
RATE = 25
WIDTH, HEIGHT = 480, 270
SHOT_FRAMES = 55
PAN, GROWTH, SPRITE_SPEED = 0.15, 0.2, 0.12


def texture(seed: int, width: int, height: int) -> NDArray[np.uint8]:
    """A picture with detail at many sizes, smooth enough to be stored in little."""
    dice = np.random.default_rng(seed)
    whole = np.zeros((height, width), np.float32)
    for octave in (14, 40, 110):
        coarse = dice.uniform(-1, 1, (height // octave + 2, width // octave + 2)).astype(np.float32)
        whole += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) * octave**0.5
    whole -= whole.min()
    light = whole * ((150 + 20 * seed % 60) / whole.max())
    return (np.floor(light / 50) * 50 + 20 + light % 50 / 5).astype(np.uint8)


def frame(index: int) -> NDArray[np.uint8]:
    """A still shot with an ellipse that crosses it, a pan to the right, a zoom."""
    shot, place = divmod(index, SHOT_FRAMES)
    time = place / RATE
    layer = Layer(texture(shot + 1, 800, 500), 480)
    view = (View(), View(PAN * time + 0j), View(size=math.exp(GROWTH * time)))[shot]
    picture = seen([layer], [view], WIDTH, HEIGHT)
    if shot == 0:
        places = -0.2 + SPRITE_SPEED * np.arange(SHOT_FRAMES) / RATE + 0j
        picture = with_sprites(picture, [Sprite(255 - texture(9, 90, 70) // 2, places)], place)
    return np.stack([picture] * 3, axis=-1)


def truth() -> dict[str, object]:
    """What is in it."""
    seconds = SHOT_FRAMES / RATE
    return {
        "duration_seconds": 3 * seconds,
        "moves": ["static", "pan", "zoom_in"],
        "starts": [0.0, seconds, 2 * seconds],
        "right_per_second": PAN,
        "scale_per_second": math.exp(GROWTH),
        "factor": math.exp(GROWTH * (SHOT_FRAMES - 1) / RATE),
        "thing": {"speed": SPRITE_SPEED, "width": 90 / WIDTH, "height": 70 / HEIGHT, "left": 0.3 - 45 / WIDTH},
    }


if __name__ == "__main__":
    times = regular_times(3 * SHOT_FRAMES, RATE)
    look = Look(options={"preset": "veryslow", "crf": "28"})
    write_clip(CLIP, times=times, picture=frame, look=look)
    CLIP.with_suffix(".json").write_text(json.dumps(truth(), indent=2) + "\n", "utf-8")
