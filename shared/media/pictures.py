"""Turning a decoder's pictures into small upright ones of one colour system, and back from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from shared.media.refusal import unreadable

if TYPE_CHECKING:
    from numpy.typing import NDArray

MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
"""The colour matrix by the number that H.273 gives it."""
HIGH_DEFINITION_COLUMNS = 1024
"""Untagged pictures whose longer side is shorter follow BT.601, others BT.709, as players take them."""
TRANSFERS: dict[int, Literal["pq", "hlg"]] = {16: "pq", 18: "hlg"}
"""The two transfer functions of high dynamic range, by H.273's numbers."""
QUARTER_TURN_DEGREES = 90
PLANAR_FORMATS = ("yuv420p", "yuvj420p")
"""Pictures stored so are made smaller plane by plane; that costs a quarter of what FFmpeg's scaler costs."""
PALETTE_OR_RGB = ("rgb", "bgr", "gbr", "pal", "0rgb", "argb", "abgr", "x2rgb", "x2bgr")


def quarter_turns(picture: av.VideoFrame) -> int:
    """How many quarter turns counterclockwise show the picture upright: 0 to 3."""
    return round(picture.rotation / QUARTER_TURN_DEGREES) % 4


def high_dynamic_range(picture: av.VideoFrame) -> Literal["pq", "hlg"] | None:
    """The transfer function of a picture of high dynamic range; None for an ordinary one."""
    return TRANSFERS.get(picture.color_trc)


class PictureScaler:
    """Scales pictures; one is kept per video, because preparing it costs more than using it."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()

    def scaled(self, picture: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        """The picture in 8-bit BT.709 limited range, 4:2:0, of the given even sides."""
        matrix, range_ = _source_colours(picture)
        try:
            return self._scaler.reformat(
                _reduced(picture, width, height, wholly=(matrix, range_) == (Colorspace.ITU709, ColorRange.MPEG)),
                width=width,
                height=height,
                format="yuv420p",
                src_colorspace=matrix,
                src_color_range=range_,
                dst_colorspace=Colorspace.ITU709,
                dst_color_range=ColorRange.MPEG,
                interpolation=Interpolation.BILINEAR,
                threads=1,
            )
        except (av.error.FFmpegError, OSError) as failure:
            raise unreadable(f"Pictures in the format {picture.format.name} cannot be converted.") from failure

    def scaled_deep(self, picture: av.VideoFrame, width: int, height: int) -> NDArray[np.uint16]:
        """The picture's own non-linear R'G'B', uint16 of shape (height, width, 3), 0 to 65535."""
        matrix, range_ = _source_colours(picture)
        deep = self._scaler.reformat(
            picture,
            width=width,
            height=height,
            format="rgb48le",
            src_colorspace=matrix,
            src_color_range=range_,
            dst_color_range=ColorRange.JPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )
        return np.asarray(deep.to_ndarray(), np.uint16)

    def from_srgb(self, array: NDArray[np.uint8]) -> av.VideoFrame:
        """A picture as `scaled` gives it, made from sRGB of shape (height, width, 3)."""
        return self._scaler.reformat(
            av.VideoFrame.from_ndarray(array, format="rgb24"),
            format="yuv420p",
            src_color_range=ColorRange.JPEG,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            threads=1,
        )


def _reduced(picture: av.VideoFrame, width: int, height: int, *, wholly: bool) -> av.VideoFrame:
    """The picture at half of its sides, at a quarter …, as small as it can become without being smaller than asked.

    Args:
        picture: It is given back as it is when there is nothing to halve, or its planes are stored in another way.
        width: Even.
        height: Even.
        wholly: Whether the rest of the way, less than a half, is gone too: nothing else is to be done to the picture.

    Returns:
        A picture without colour tags; each of its pixels is the mean of four, of sixteen …
    """
    if picture.format.name not in PLANAR_FORMATS:
        return picture
    sides = (picture.width, picture.height)
    steps: list[tuple[int, int]] = []
    # Planes of colour have half the sides, and are halved exactly only when those are even.
    while sides[0] >= 2 * width and sides[1] >= 2 * height and sides[0] % 4 == sides[1] % 4 == 0:
        sides = (sides[0] // 2, sides[1] // 2)
        steps.append(sides)
    if wholly and sides != (width, height) and sides[0] < 2 * width and sides[1] < 2 * height:
        steps.append((width, height))
    if not steps:
        return picture
    small = av.VideoFrame(*steps[-1], "yuv420p")
    for plane, target in zip(planes_of(picture), planes_of(small), strict=True):
        # Reading the plane once from end to end brings it near the processor three times faster than halving does.
        cv2.norm(plane, cv2.NORM_L1)
        share = steps[-1][0] // target.shape[1]
        reduced: Any = plane
        for step in steps:
            is_half = (2 * step[0], 2 * step[1]) == (reduced.shape[1] * share, reduced.shape[0] * share)
            reduced = cv2.resize(
                reduced,
                (step[0] // share, step[1] // share),
                dst=target if step == steps[-1] else None,
                interpolation=cv2.INTER_AREA if is_half else cv2.INTER_LINEAR,
            )
    return small


def turned(picture: av.VideoFrame, turns: int) -> av.VideoFrame:
    """A 4:2:0 picture, turned counterclockwise by quarters."""
    if turns == 0:
        return picture
    planes = [np.rot90(plane, turns) for plane in planes_of(picture)]
    flat = np.concatenate([np.ascontiguousarray(plane).reshape(-1) for plane in planes])
    upright = av.VideoFrame.from_ndarray(flat.reshape(-1, planes[0].shape[1]), format="yuv420p")
    upright.colorspace, upright.color_range = picture.colorspace, picture.color_range
    return upright


def planes_of(picture: Any) -> list[NDArray[np.uint8]]:  # noqa: ANN401  PyAV's frame
    """The planes of an 8-bit planar picture, without a copy: each of shape (rows, columns)."""
    return [
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in picture.planes
    ]


def jpeg(picture: av.VideoFrame, *, quality: int = 3) -> bytes:
    """A JPEG file of the picture; quality from 1 (best) to 31."""
    context: Any = av.CodecContext.create("mjpeg", "w")
    context.width, context.height, context.pix_fmt = picture.width, picture.height, "yuvj420p"
    context.time_base = picture.time_base or 1
    context.color_range = ColorRange.JPEG
    context.qmin = context.qmax = quality
    full = VideoReformatter().reformat(
        picture,
        format="yuvj420p",
        src_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_colorspace=Colorspace.ITU601,
        dst_color_range=ColorRange.JPEG,
    )
    full.pts = 0
    full.pict_type = 0
    return b"".join(bytes(packet) for packet in [*context.encode(full), *context.encode(None)])


def _source_colours(picture: av.VideoFrame) -> tuple[Colorspace | None, ColorRange | None]:
    if picture.format.name.startswith(PALETTE_OR_RGB):
        return None, ColorRange.JPEG
    high_definition = max(picture.width, picture.height) > HIGH_DEFINITION_COLUMNS
    guess = Colorspace.ITU709 if high_definition else Colorspace.ITU601
    range_ = ColorRange.JPEG if picture.color_range == ColorRange.JPEG else ColorRange.MPEG
    if picture.format.name.startswith("yuvj"):
        range_ = ColorRange.JPEG
    return MATRICES.get(picture.colorspace, guess), range_
