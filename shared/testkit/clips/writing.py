"""Writing small clips frame by frame, at exactly the times that are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MUXER_OF_EXTENSION = {".ts": "mpegts", ".mkv": "matroska", ".webm": "webm", ".avi": "avi", ".mpg": "mpeg"}


@dataclass(frozen=True)
class Sound:
    """What a clip sounds like.

    Attributes:
        samples: float32, shape (n,) or (channels, n), -1 to 1.
        rate_hertz: Samples per second.
        codec: FFmpeg's name of the encoder.
        layout: FFmpeg's name of the channel layout.
        start_seconds: When the first sample is heard.
    """

    samples: NDArray[np.float32]
    rate_hertz: int = 44_100
    codec: str = "aac"
    layout: str = "mono"
    start_seconds: float = 0.0


@dataclass(frozen=True)
class Look:
    """How a clip's picture is stored.

    Attributes:
        pixel_format: FFmpeg's name, e.g. yuv420p10le.
        matrix, primaries, transfer, full_range: Colour tags, by FFmpeg's numbers; the matrix is applied too.
        pixel_aspect: Width of a pixel over its height.
    """

    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    matrix: int = 1
    primaries: int = 1
    transfer: int = 1
    full_range: bool = False
    pixel_aspect: Fraction | None = None
    options: Mapping[str, str] = field(default_factory=lambda: {"preset": "ultrafast", "crf": "10"})


def regular_times(count: int, rate: Fraction | int) -> list[Fraction]:
    """The times of frames at a constant rate."""
    return [Fraction(index) / rate for index in range(count)]


def write_clip(
    path: Path,
    *,
    times: Sequence[Fraction],
    picture: Callable[[int], NDArray[Any]],
    time_base: Fraction = Fraction(1, 90_000),
    look: Look | None = None,
    sound: Sound | None = None,
    muxer_options: Mapping[str, str] | None = None,
) -> Path:
    """Write a clip and return its path.

    Args:
        path: Where to; the extension chooses the container.
        times: When each frame begins, in seconds; multiples of `time_base`.
        picture: Gives frame i: uint8 RGB of shape (height, width, 3), or uint16 for formats of more than 8 bits.
        time_base: The unit of the stored times.
        look: How the picture is stored.
        sound: What is heard; None for a silent file without an audio stream.
        muxer_options: Options of the container.
    """
    look = look or Look()
    first = picture(0)
    with av.open(
        str(path), "w", format=MUXER_OF_EXTENSION.get(path.suffix), options=dict(muxer_options or {})
    ) as container:
        stream: Any = container.add_stream(look.codec, rate=_nominal_rate(times), options=dict(look.options))
        stream.width, stream.height = first.shape[1], first.shape[0]
        stream.pix_fmt = look.pixel_format
        context = stream.codec_context
        context.time_base = stream.time_base = time_base
        context.colorspace, context.color_primaries, context.color_trc = look.matrix, look.primaries, look.transfer
        context.color_range = 2 if look.full_range else 1
        if look.pixel_aspect is not None:
            context.sample_aspect_ratio = look.pixel_aspect
        audio: Any = None
        if sound is not None:
            audio = container.add_stream(sound.codec, rate=sound.rate_hertz, layout=sound.layout)
        for index, time in enumerate(times):
            frame = _encoded_frame(first if index == 0 else picture(index), look)
            frame.pts, frame.time_base = int(time / time_base), time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if audio is not None and sound is not None:
            _write_sound(container, audio, sound)
    return path


def _nominal_rate(times: Sequence[Fraction]) -> Fraction:
    """Frames per second by the first two: encoders show the last frame for as long."""
    return 1 / (times[1] - times[0]) if len(times) > 1 else Fraction(24)


def _encoded_frame(array: NDArray[Any], look: Look) -> Any:  # noqa: ANN401  PyAV's frames are untyped here
    layout = "rgb48le" if array.dtype == np.uint16 else "rgb24"
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(array), format=layout)
    return frame.reformat(
        format=look.pixel_format,
        src_color_range=2,
        dst_colorspace=9 if look.matrix == 9 else look.matrix,  # noqa: PLR2004  9 is BT.2020 for both enumerations
        dst_color_range=2 if look.full_range else 1,
    )


def _write_sound(container: Any, stream: Any, sound: Sound) -> None:  # noqa: ANN401  as above
    channels = np.atleast_2d(sound.samples)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels, np.float32), format="fltp", layout=sound.layout)
    frame.sample_rate = sound.rate_hertz
    frame.pts, frame.time_base = round(sound.start_seconds * sound.rate_hertz), Fraction(1, sound.rate_hertz)
    container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
