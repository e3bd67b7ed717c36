"""Draw docs/analysis/transcription.png: the demonstration's call, the speech found, what was heard, and the truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from services.transcription.core.sentences import to_sentences
from services.transcription.listening import listen
from services.transcription.recogniser import SAMPLE_RATE_HERTZ, find_speech, load
from shared.media import read_audio
from shared.models import model_path

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "demo" / "sales_call.mp4"
MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"
SECONDS = 27.6
"""What is drawn: to the end of the first chunk."""

WIDTH, HEIGHT, LEFT = 1500, 480, 70
TEXT_SIZE, THIN = 0.42, 1
WHITE, GREY, BLACK = (255, 255, 255), (150, 150, 150), (40, 40, 40)
GREEN, BLUE, RED = (120, 190, 110), (200, 120, 40), (60, 60, 210)
WAVE_MIDDLE, WAVE_REACH = 110, 80
SPEECH_TOP, SENTENCE_TOP, ROW = 205, 245, 24
TICK_SECONDS = 5


def main() -> None:
    """Hear the clip and draw it."""
    samples = read_audio(CLIP, rate_hertz=SAMPLE_RATE_HERTZ)
    model = load(model_path("whisper-base", MODELS_DIR), 2)
    duration = samples.size / SAMPLE_RATE_HERTZ
    heard = listen(model, [samples], duration_seconds=duration, language=None, beam_size=1, say=lambda _: None)
    picture = np.full((HEIGHT, WIDTH, 3), WHITE, np.uint8)
    _draw_sound(picture, samples)
    for span in find_speech(samples):
        _bar(picture, (span.start, span.end), SPEECH_TOP, 14, GREEN)
    truth = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))["sentences"]
    for row, true in enumerate(one for one in truth if one["end_seconds"] < SECONDS):
        _bar(picture, (true["start_seconds"], true["end_seconds"]), SENTENCE_TOP + row * ROW, 3, RED)
    for row, sentence in enumerate(one for one in to_sentences(heard.words) if one.end_seconds < SECONDS):
        top = SENTENCE_TOP + row * ROW
        _bar(picture, (sentence.start_seconds, sentence.end_seconds), top + 4, 5, BLUE)
        _write(picture, sentence.text, _column(sentence.start_seconds), top + 21)
    for name, top in (("sound", WAVE_MIDDLE), ("speech", SPEECH_TOP + 11), ("heard", SENTENCE_TOP + 14)):
        _write(picture, name, 8, top)
    for second in range(0, int(SECONDS) + 1, TICK_SECONDS):
        cv2.line(picture, (_column(second), HEIGHT - 30), (_column(second), HEIGHT - 24), BLACK, THIN)
        _write(picture, f"{second} s", _column(second) - 10, HEIGHT - 10)
    cv2.imwrite(str(Path(__file__).parent / "transcription.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _draw_sound(picture: NDArray[np.uint8], samples: NDArray[np.float32]) -> None:
    shown = samples[: round(SECONDS * SAMPLE_RATE_HERTZ)]
    for index, part in enumerate(np.array_split(shown, WIDTH - LEFT)):
        reach = round(float(np.abs(part).max()) * WAVE_REACH)
        cv2.line(picture, (LEFT + index, WAVE_MIDDLE - reach), (LEFT + index, WAVE_MIDDLE + reach), GREY, THIN)


def _bar(
    picture: NDArray[np.uint8], span: tuple[float, float], top: int, height: int, colour: tuple[int, int, int]
) -> None:
    start, end = span
    if start < SECONDS:
        cv2.rectangle(picture, (_column(start), top), (_column(min(end, SECONDS)), top + height), colour, cv2.FILLED)


def _column(seconds: float) -> int:
    return LEFT + round(seconds / SECONDS * (WIDTH - LEFT - 1))


def _write(picture: NDArray[np.uint8], text: str, left: int, bottom: int) -> None:
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, TEXT_SIZE, THIN)
    left = min(left, WIDTH - width - 4)
    cv2.putText(picture, text, (left, bottom), cv2.FONT_HERSHEY_SIMPLEX, TEXT_SIZE, BLACK, THIN, cv2.LINE_AA)


if __name__ == "__main__":
    main()
