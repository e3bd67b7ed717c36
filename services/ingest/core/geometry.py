"""How large the analysis proxy is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

PROXY_LONGER_SIDE_PIXELS = 480
STRANGEST_PIXEL_ASPECT = 8
"""A pixel aspect beyond this is an error of the file and ignored."""


@dataclass(frozen=True)
class ProxyGeometry:
    """Sizes in pixels.

    Attributes:
        display_width, display_height: The original as it is to be seen: square pixels, upright.
        scaled_width, scaled_height: What the stored picture is scaled to, before it is turned; both even.
        quarter_turns: Counterclockwise turns after scaling.
    """

    display_width: int
    display_height: int
    scaled_width: int
    scaled_height: int
    quarter_turns: int

    @property
    def proxy_size(self) -> tuple[int, int]:
        """Width and height of the proxy."""
        if self.quarter_turns % 2:
            return self.scaled_height, self.scaled_width
        return self.scaled_width, self.scaled_height


def proxy_geometry(width: int, height: int, pixel_aspect: Fraction, quarter_turns: int) -> ProxyGeometry:
    """Fit a stored picture into the proxy: never enlarged, both sides even, pixels square.

    Args:
        width: Pixels across, as stored.
        height: Pixels down, as stored.
        pixel_aspect: Width of a stored pixel over its height; 0 and absurd values count as 1.
        quarter_turns: Counterclockwise turns that show it upright.

    Example:
        >>> proxy_geometry(1920, 1080, Fraction(1), 3).proxy_size
        (270, 480)
    """
    aspect = pixel_aspect
    if not Fraction(1, STRANGEST_PIXEL_ASPECT) <= aspect <= STRANGEST_PIXEL_ASPECT:
        aspect = Fraction(1)
    # Pixels are made square by stretching, as players do, never by shrinking.
    square_width = round(width * aspect) if aspect >= 1 else width
    square_height = height if aspect >= 1 else round(height / aspect)
    scale = min(Fraction(1), Fraction(PROXY_LONGER_SIDE_PIXELS, max(square_width, square_height)))
    turned = quarter_turns % 2
    return ProxyGeometry(
        display_width=square_height if turned else square_width,
        display_height=square_width if turned else square_height,
        scaled_width=_even(square_width * scale),
        scaled_height=_even(square_height * scale),
        quarter_turns=quarter_turns % 4,
    )


def _even(size: Fraction) -> int:
    return max(2, 2 * round(size / 2))
