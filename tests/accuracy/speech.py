"""Speech with known words at known times, spoken by the two voices of the demonstration's clips.

`python -m tests.accuracy.speech` makes `tests/data/two_voices.opus` and its truth anew; that needs the program
espeak-ng. One of the voices speaks a little differently every time, so the committed file is the one that is measured.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from demo.clip import voices
from shared.media import read_audio
from tests.accuracy.clips import CACHE

FILE = Path(__file__).parents[1] / "data" / "two_voices.opus"
RATE_HERTZ = 16_000
SEED = 3
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 0.9
SENTENCES_OF_A_TURN = 3
HISS = 1e-4

TEXT = """
Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do. Once or
twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it. So she was
considering in her own mind whether the pleasure of making a daisy chain would be worth the trouble of getting up
and picking the daisies. Suddenly a white rabbit with pink eyes ran close by her. There was nothing so very
remarkable in that. When the rabbit actually took a watch out of its waistcoat pocket, and looked at it, and then
hurried on, Alice started to her feet. In another moment down went Alice after it, never once considering how in the
world she was to get out again. The rabbit hole went straight on like a tunnel for some way, and then dipped
suddenly down. It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in
want of a wife. However little known the feelings or views of such a man may be on his first entering a
neighborhood, this truth is so well fixed in the minds of the surrounding families, that he is considered as the
rightful property of someone or other of their daughters. The studio was filled with the rich smell of roses, and
when the light summer wind stirred the trees of the garden, there came through the open door the heavy scent of the
lilac. The sun was shining on the sea, shining with all his might. He did his very best to make the waves smooth and
bright. We had a long meeting yesterday and agreed on the budget for the next quarter. Please open the window,
because the room is far too warm. The train leaves the station at half past seven every morning. My brother bought a
new bicycle, but he never learned to ride it well. Heavy rain fell during the night and flooded the lower part of
the town. The doctor told him to rest for a week and to drink more water. Nobody knew why the old lighthouse keeper
had left the island so quickly. They walked along the river until they came to a small wooden bridge. The children
were playing in the garden while their mother cooked dinner. Our teacher explained the answer twice, and then
everyone understood it.
"""


@dataclass(frozen=True)
class Spoken:
    """One sentence and its bounds in seconds, known because it was put there."""

    text: str
    start_seconds: float
    end_seconds: float


def two_voices() -> tuple[np.ndarray[tuple[int], np.dtype[np.float32]], list[Spoken]]:
    """Two minutes of a man and a woman in turn, with pauses of many lengths: samples at 16 kHz, and what they say."""
    truth = json.loads(FILE.with_suffix(".json").read_text("utf-8"))
    return read_audio(FILE, rate_hertz=RATE_HERTZ), [Spoken(**sentence) for sentence in truth["sentences"]]


def make() -> None:
    """Have the sentences spoken, and write the file and its truth."""
    speak = (voices.man(CACHE.parent / "models"), voices.woman(CACHE.parent / "models"))
    chance = np.random.default_rng(SEED)
    parts = []
    truth: list[Spoken] = []
    now = 0
    for index, text in enumerate(re.split(r"(?<=[.])\s+", " ".join(TEXT.split()))):
        pause = round(chance.uniform(SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS) * voices.SAMPLE_RATE)
        said = speak[index // SENTENCES_OF_A_TURN % 2](text)
        parts += [np.zeros(pause, np.float32), said]
        start, now = now + pause, now + pause + said.size
        truth.append(Spoken(text, round(start / voices.SAMPLE_RATE, 3), round(now / voices.SAMPLE_RATE, 3)))
    joined = np.concatenate(parts)
    joined += chance.normal(0.0, HISS, joined.size)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"]
    command += ["-f", "f32le", "-ar", str(voices.SAMPLE_RATE), "-ac", "1", "-i", "-"]
    command += ["-ar", str(RATE_HERTZ), "-c:a", "libopus", "-b:a", "22k", "-application", "voip", str(FILE)]
    subprocess.run(command, input=joined.astype("<f4").tobytes(), check=True)  # noqa: S603  no shell, our own arguments
    sentences = {"sentences": [asdict(sentence) for sentence in truth]}
    FILE.with_suffix(".json").write_text(json.dumps(sentences, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    make()
