"""The clip that the engine is measured on: a minute of 1080p30 with cuts, motion, text, music and speech."""

import subprocess
import zipfile
from pathlib import Path

import imageio_ffmpeg

from tests.accuracy.clips import CACHE, from_python

MINUTE_SECONDS = 60
SLIDES_SECONDS = 6
"""Of each minute, at its beginning: so the encoder has given the film what the slides did not need by its end."""
FILM_SECONDS = MINUTE_SECONDS - SLIDES_SECONDS
RATE = 30
SIZE = (1920, 1080)
MEGABITS_PER_SECOND = 6

DEMONSTRATION = Path(__file__).parents[3] / "demo" / "sales_call.mp4"
FILM_PACKAGE = "moviepy==2.2.1"
FILM_ARCHIVE = "docs/_static/medias/getting_started/moviepy_10_minutes/moviepy_10_minutes.zip"
FILM = "moviepy_10_minutes/resources/bbb.mp4"
FILM_BEGIN_SECONDS = 130


def minute(width: int = SIZE[0], height: int = SIZE[1], megabits_per_second: float = MEGABITS_PER_SECOND) -> Path:
    """One minute: 6 s of slides, 54 s of Big Buck Bunny; its music with the two voices of the demonstration over it.

    It is encoded once (x264 medium and AAC, about two minutes of work) and kept in the cache of clips.
    """
    path = CACHE / "made" / f"minute-{width}x{height}-{megabits_per_second:g}.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fitted = (
            f"scale={width}:{height}:force_original_aspect_ratio=decrease:flags=lanczos,"
            f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1,fps={RATE}"
        )
        graph = (
            f"[0:v]trim=0:{FILM_SECONDS},setpts=PTS-STARTPTS,{fitted}[film];"
            f"[1:v]trim=0:{SLIDES_SECONDS},setpts=PTS-STARTPTS,{fitted}[slides];[slides][film]concat=n=2[v];"
            f"[0:a]volume=0.25[music];[1:a]aresample=44100[speech];[music][speech]amix=inputs=2:normalize=0,"
            f"atrim=0:{MINUTE_SECONDS}[a]"
        )
        _run(
            *("-ss", str(FILM_BEGIN_SECONDS), "-i", str(_film()), "-stream_loop", "-1", "-i", str(DEMONSTRATION)),
            *("-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-t", str(MINUTE_SECONDS)),
            *("-c:v", "libx264", "-preset", "medium", "-b:v", f"{megabits_per_second}M", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-b:a", "128k", str(path)),
        )
    return path


def minutes(count: int, folder: Path) -> Path:
    """The minute over and over, by copying its packets: the same work for every minute."""
    path = folder / f"{count}-minutes.mp4"
    _run("-stream_loop", str(count - 1), "-i", str(minute()), "-c", "copy", str(path))
    return path


def _film() -> Path:
    archive = from_python(FILM_PACKAGE, FILM_ARCHIVE, sdist=True)
    film = archive.parent / FILM
    if not film.exists():
        with zipfile.ZipFile(archive) as packed:
            packed.extract(FILM, archive.parent)
    return film


def _run(*arguments: str) -> None:
    """FFmpeg writes beside the file, which appears only when it is whole."""
    *options, target = arguments
    beside = Path(target).with_suffix(".part.mp4")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", *options, str(beside)]
    subprocess.run(command, check=True)  # noqa: S603  no shell, our own arguments
    beside.replace(target)
