"""Make a clip and its truth: `python -m demo.clip.make demo` or `short` (needs the program espeak-ng)."""

import argparse
import json
import math
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np

from demo.clip.drawing import HEIGHT, WIDTH, Picture
from demo.clip.pictures import Instant, draw
from demo.clip.screenplay import SALES_CALL, SHORT_CALL, Line, Scene
from demo.clip.voices import SAMPLE_RATE, Samples, man, woman

FRAME_RATE = 25
SAMPLES_PER_FRAME = SAMPLE_RATE // FRAME_RATE
FADE_SECONDS = 0.5
TAIL_SECONDS = 0.2
"""Silence after the last sentence of a shot."""

LOUD = 0.25
"""The level (RMS) at which a mouth is wide open."""


@dataclass(frozen=True)
class Spoken:
    """A line with its sound and its place on the sound track, in samples."""

    line: Line
    samples: Samples
    start: int


@dataclass(frozen=True)
class Shot:
    """A scene with its place in the picture, in frames."""

    scene: Scene
    first_frame: int
    end_frame: int


def lay_out(scenes: tuple[Scene, ...], models_dir: Path) -> tuple[list[Spoken], list[Shot]]:
    """Speak every line and place it; a shot ends on a whole frame after its last sentence."""
    voices = {"Maya": woman(models_dir), "Daniel": man(models_dir)}
    spoken: list[Spoken] = []
    shots: list[Shot] = []
    for scene in scenes:
        first_frame = shots[-1].end_frame if shots else 0
        position = first_frame * SAMPLES_PER_FRAME
        for line in scene.lines:
            position += round(line.pause_before_seconds * SAMPLE_RATE)
            samples = voices[line.speaker](line.text)
            spoken.append(Spoken(line, samples, position))
            position += samples.size
        end_frame = math.ceil(position / SAMPLES_PER_FRAME + TAIL_SECONDS * FRAME_RATE)
        shots.append(Shot(scene, first_frame, end_frame))
    return _with_room_for_fades(spoken, shots)


def _with_room_for_fades(spoken: list[Spoken], shots: list[Shot]) -> tuple[list[Spoken], list[Shot]]:
    """Every fade gets the time it takes, between the words of the two shots."""
    fade_frames = round(FADE_SECONDS * FRAME_RATE)
    moved_lines: list[Spoken] = []
    moved_shots: list[Shot] = []
    shift = 0
    lines = iter(spoken)
    for shot, following in [*pairwise(shots), (shots[-1], None)]:
        first_frame = shot.first_frame + shift
        if shot.scene.begins_with == "fade":
            shift += fade_frames
        moved_lines += [
            Spoken(item.line, item.samples, item.start + shift * SAMPLES_PER_FRAME)
            for item in islice(lines, len(shot.scene.lines))
        ]
        if following is not None and following.scene.begins_with == "fade":
            shift += fade_frames
        moved_shots.append(Shot(shot.scene, first_frame, shot.end_frame + shift))
    return moved_lines, moved_shots


def sound_track(spoken: list[Spoken], frame_count: int) -> Samples:
    """All lines on one track as long as the picture."""
    track = np.zeros(frame_count * SAMPLES_PER_FRAME, np.float32)
    for item in spoken:
        track[item.start : item.start + item.samples.size] = item.samples
    return track


def frames(shots: list[Shot], track: Samples) -> Iterator[Picture]:
    """Every frame in order."""
    for shot, following in [*pairwise(shots), (shots[-1], None)]:
        for frame in range(shot.first_frame, shot.end_frame):
            sound = track[frame * SAMPLES_PER_FRAME : (frame + 1) * SAMPLES_PER_FRAME]
            loudness = min(1.0, float(np.sqrt(np.mean(sound**2))) / LOUD)
            seconds = (frame - shot.first_frame) / FRAME_RATE
            picture = draw(shot.scene.picture, Instant(seconds, loudness, shot.scene.captions))
            light = 1.0
            if shot.scene.begins_with == "fade":
                light = min(light, seconds / FADE_SECONDS)
            if following is not None and following.scene.begins_with == "fade":
                light = min(light, (shot.end_frame - 1 - frame) / FRAME_RATE / FADE_SECONDS)
            yield picture if light >= 1 else (picture * light).astype(np.uint8)


def encode(shots: list[Shot], track: Samples, height: int, target: Path) -> None:
    """Write the clip as H.264 and AAC in MP4."""
    with tempfile.TemporaryDirectory() as scratch:
        sound = Path(scratch) / "sound.wav"
        with wave.open(str(sound), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes((track * 32767).astype("<i2").tobytes())
        command = [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error"),
            *("-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAME_RATE), "-i", "-"),
            *("-i", str(sound), "-map", "0:v", "-map", "1:a", "-vf", f"scale=-2:{height}:flags=area"),
            *("-c:v", "libx264", "-preset", "slow", "-crf", "25", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart", "-bitexact", str(target)),
        ]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:  # noqa: S603  our own arguments
            assert ffmpeg.stdin is not None  # noqa: S101  for the type checker: it was asked for
            for picture in frames(shots, track):
                ffmpeg.stdin.write(picture.tobytes())
            ffmpeg.stdin.close()
        if ffmpeg.returncode != 0:
            raise SystemExit("ffmpeg could not write the clip; what it said stands above.")


def truth(spoken: list[Spoken], shots: list[Shot]) -> dict[str, Any]:
    """What is in the clip, by construction; times in seconds."""
    return {
        "duration_seconds": shots[-1].end_frame / FRAME_RATE,
        "frame_rate": FRAME_RATE,
        "language": "en",
        "sentences": [
            {
                "speaker": item.line.speaker,
                "text": item.line.text,
                "start_seconds": round(item.start / SAMPLE_RATE, 3),
                "end_seconds": round((item.start + item.samples.size) / SAMPLE_RATE, 3),
            }
            for item in spoken
        ],
        "shots": [
            {
                "start_seconds": shot.first_frame / FRAME_RATE,
                "end_seconds": shot.end_frame / FRAME_RATE,
                "transition_in": shot.scene.begins_with if index else None,
                "picture": shot.scene.picture,
                "captions": list(shot.scene.captions),
            }
            for index, shot in enumerate(shots)
        ],
    }


def main() -> None:
    """Make the clip that was asked for."""
    root = Path(__file__).parents[2]
    clips = {
        "demo": (SALES_CALL, HEIGHT, root / "demo" / "sales_call.mp4"),
        "short": (SHORT_CALL, 360, root / "tests" / "data" / "short_call.mp4"),
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", choices=clips)
    parser.add_argument("--models-dir", type=Path, default=root / ".cache" / "voices")
    asked = parser.parse_args()
    scenes, height, target = clips[asked.clip]
    spoken, shots = lay_out(scenes, asked.models_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    encode(shots, sound_track(spoken, shots[-1].end_frame), height, target)
    target.with_suffix(".json").write_text(json.dumps(truth(spoken, shots), indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
