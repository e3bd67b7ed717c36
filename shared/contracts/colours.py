"""The names of colours: the eleven basic terms of English (Berlin and Kay, 1969), and which colour has which name."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot, inf

COLOUR_NAMES = ("black", "grey", "white", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
"""In the order of the columns of every array of colour shares."""


@dataclass(frozen=True, slots=True)
class ColourRegion:
    """A block of CIE L*a*b* (D65) that has one name; every upper bound is outside.

    Attributes:
        lightness: From and to, 0 to 100.
        chroma: Distance from grey in the a*b* plane, from and to.
        hue: Angle in the a*b* plane in degrees, from and to; a from above the to goes through 0.
    """

    name: str
    lightness: tuple[float, float]
    chroma: tuple[float, float]
    hue: tuple[float, float]


ANY_LIGHTNESS, ANY_CHROMA, ANY_HUE = (0.0, inf), (0.0, inf), (0.0, inf)

COLOUR_REGIONS = (
    # What is dark or dull enough has no hue: more chroma is needed to see one in the dark, in beige and in slate.
    ColourRegion("black", (0, 10), (0, 25), ANY_HUE),
    ColourRegion("black", (0, 22), (0, 9), ANY_HUE),
    ColourRegion("white", (92, inf), (0, 16), (70, 125)),
    ColourRegion("white", (89, inf), (0, 9), ANY_HUE),
    ColourRegion("grey", ANY_LIGHTNESS, (0, 9), ANY_HUE),
    ColourRegion("grey", (22, 92), (0, 13), (60, 110)),
    ColourRegion("grey", (22, 92), (0, 13), (200, 275)),
    # Light and dull red and orange is pink (fair skin too), what is less red is brown: sand, tan, wood.
    ColourRegion("pink", (70, inf), (0, 48), (30, 62)),
    ColourRegion("brown", (0, 45), (0, 55), (28, 48)),
    ColourRegion("brown", (0, 58), (0, 45), (40, 78)),
    ColourRegion("brown", (0, 60), (0, 66), (48, 78)),
    ColourRegion("brown", (58, 85), (0, 42), (52, 90)),
    ColourRegion("brown", (0, 64), ANY_CHROMA, (78, 98)),
    ColourRegion("brown", (0, 47), ANY_CHROMA, (98, 103)),
    ColourRegion("pink", (43, inf), ANY_CHROMA, (331, 16)),
    ColourRegion("pink", (58, inf), (0, 72), (16, 30)),
    ColourRegion("pink", (58, inf), (0, 60), (30, 40)),
    ColourRegion("pink", (58, inf), (0, 48), (40, 52)),
    # The rest goes around the circle of hues.
    ColourRegion("red", (0, 60), ANY_CHROMA, (346, 47)),
    ColourRegion("red", (60, inf), ANY_CHROMA, (16, 36)),
    ColourRegion("orange", ANY_LIGHTNESS, ANY_CHROMA, (36, 79)),
    ColourRegion("yellow", ANY_LIGHTNESS, ANY_CHROMA, (79, 100)),
    ColourRegion("yellow", (73, inf), ANY_CHROMA, (100, 107)),
    ColourRegion("yellow", (85, inf), ANY_CHROMA, (107, 116)),
    ColourRegion("green", ANY_LIGHTNESS, ANY_CHROMA, (100, 175)),
    ColourRegion("blue", ANY_LIGHTNESS, ANY_CHROMA, (175, 307.5)),
    ColourRegion("purple", ANY_LIGHTNESS, ANY_CHROMA, (307.5, 346)),
)
"""The first that holds a colour names it, and one holds every colour.

The form is that of the ISCC-NBS colour names (Kelly and Judd, 1955): blocks of lightness, chroma and hue. The bounds
were placed by the 457 colours of the xkcd colour survey (Munroe, 2010; 222 500 people) whose name ends in one of the
eleven terms and holds no other; 97 % of them get that term (measured again by tests.accuracy).
"""


def colour_name(lightness: float, a: float, b: float) -> str:
    """The name of a colour of CIE L*a*b* (D65), one of `COLOUR_NAMES`.

    Example:
        >>> colour_name(44, 14, 30)
        'brown'
    """
    light, chroma, hue = max(0.0, lightness), hypot(a, b), degrees(atan2(b, a)) % 360
    return next(
        region.name
        for region in COLOUR_REGIONS
        if region.lightness[0] <= light < region.lightness[1]
        and region.chroma[0] <= chroma < region.chroma[1]
        and (
            region.hue[0] <= hue < region.hue[1]
            if region.hue[0] < region.hue[1]
            else not region.hue[1] <= hue < region.hue[0]
        )
    )
