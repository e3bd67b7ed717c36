"""The pictures of the clips: two people, slides, a city and a workshop, each drawn for one instant."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from demo.clip.drawing import HEIGHT, INK, WHITE, WIDTH, Colour, Picture, box, darker, ellipse, gradient, text, zoomed


@dataclass(frozen=True)
class Instant:
    """What a picture depends on.

    Attributes:
        seconds: Since the shot began.
        loudness: Of the voice right now, 0 to 1.
        captions: What the slide says, its title first.
    """

    seconds: float
    loudness: float
    captions: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """How somebody looks on the call."""

    name: str
    wall: tuple[Colour, Colour]
    shirt: Colour
    skin: Colour
    hair: Colour
    has_long_hair: bool


MAYA = Person(
    "Maya", ((214, 190, 160), (170, 140, 110)), (150, 90, 50), (150, 180, 225), (40, 50, 80), has_long_hair=True
)
DANIEL = Person(
    "Daniel", ((150, 175, 150), (90, 115, 95)), (70, 70, 180), (120, 160, 210), (45, 45, 45), has_long_hair=False
)


def draw(picture: str, instant: Instant) -> Picture:
    """The picture of that name at that instant."""
    if picture == "maya":
        return _person(MAYA, instant)
    if picture == "daniel":
        return _person(DANIEL, instant)
    if picture == "city":
        return _city(instant)
    if picture == "workshop":
        return _workshop(instant)
    return _title(instant) if picture == "title" else _slide(instant)


@cache
def _room(person: Person) -> Picture:
    room = gradient(*person.wall)
    shade = darker(person.wall[1], 35)
    if person.has_long_hair:
        box(room, 60, 90, 340, 400, (245, 235, 215))
        box(room, 192, 90, 208, 400, shade)
        box(room, 60, 240, 340, 252, shade)
    else:
        for shelf in range(3):
            top = 120 + shelf * 130
            box(room, 900, top + 90, 1220, top + 102, shade)
            for book in range(7):
                hue = 70 + (book * 53 + shelf * 31) % 130
                box(room, 915 + book * 42, top + (book * 17) % 30, 945 + book * 42, top + 90, (hue, 90, 220 - hue))
    return room


def _person(person: Person, instant: Instant) -> Picture:
    picture = _room(person).copy()
    sway = 7 * math.sin(instant.seconds * 1.3)
    nod = 4 * math.sin(instant.seconds * 2.1)
    x, y = WIDTH / 2 + sway, 300 + nod
    if person.has_long_hair:
        ellipse(picture, (x, y + 60), (165, 220), person.hair)
    ellipse(picture, (WIDTH / 2 + sway / 2, 760), (330, 250), person.shirt)
    box(picture, x - 48, y + 90, x + 48, y + 240, darker(person.skin, 20))
    ellipse(picture, (x, y), (125, 160), person.skin)
    ellipse(picture, (x, y - 110), (132, 75), person.hair)
    is_blinking = instant.seconds % 2.7 < 0.12  # noqa: PLR2004  a blink lasts three frames
    for side in (-1, 1):
        ellipse(picture, (x + side * 48, y - 12), (20, 3 if is_blinking else 13), WHITE)
        if not is_blinking:
            ellipse(picture, (x + side * 48 + sway / 3, y - 12), (8, 8), INK)
        ellipse(picture, (x + side * 48, y - 45), (26, 5), person.hair)
    ellipse(picture, (x, y + 38), (12, 8), darker(person.skin, 30))
    ellipse(picture, (x, y + 88), (38, 5 + 24 * instant.loudness), (70, 60, 150))
    box(picture, 40, 640, 90 + 24 * len(person.name), 692, INK)
    text(picture, person.name, (62, 678), WHITE, size=34)
    return picture


def _title(instant: Instant) -> Picture:
    picture = gradient((120, 70, 30), (60, 35, 20))
    ellipse(picture, (1080, 160), (260 + 12 * math.sin(instant.seconds), 260), (150, 95, 45))
    ellipse(picture, (1160, 620), (180, 180), (90, 140, 240))
    title, *rest = instant.captions
    text(picture, title, (100, 340), WHITE, size=96, weight=700)
    for row, words in enumerate(rest):
        text(picture, words, (104, 430 + row * 60), (225, 205, 185), size=42)
    return picture


def _slide(instant: Instant) -> Picture:
    picture = gradient((250, 248, 245), (235, 230, 225))
    box(picture, 0, 0, WIDTH, 24, (150, 90, 50))
    title, *points = instant.captions
    text(picture, title, (90, 150), (120, 70, 30), size=80, weight=700)
    for row, words in enumerate(points):
        shown = min(1.0, max(0.0, (instant.seconds - 0.5 - 0.7 * row) / 0.3))
        if shown > 0:
            baseline = 280 + row * 115
            colour = tuple(round(240 + (channel - 240) * shown) for channel in INK)
            ellipse(picture, (115, baseline - 18), (16 * shown, 16 * shown), (90, 140, 240))
            text(picture, words, (165, baseline), (colour[0], colour[1], colour[2]), size=58)
    for bar in range(4):
        height = (90 + bar * 70) * min(1.0, instant.seconds / 1.5)
        box(picture, 900 + bar * 80, 620 - height, 955 + bar * 80, 620, (190 - bar * 25, 130 - bar * 10, 80))
    return picture


def _city(instant: Instant) -> Picture:
    """A street front that the camera passes: near houses move faster than far ones."""
    picture = gradient((210, 160, 110), (150, 200, 250))
    ellipse(picture, (900, 200), (75, 75), (170, 225, 255))
    for depth, (speed, shade, width) in enumerate(((30.0, 150, 130), (75.0, 105, 170), (150.0, 60, 230))):
        offset = speed * instant.seconds
        dice = np.random.default_rng(depth)
        for house in range(16):
            height = float(dice.uniform(180, 420)) - depth * 50
            left = house * (width + 20) - offset
            if left > WIDTH or left + width < 0:
                continue
            top = HEIGHT - height
            box(picture, left, top, left + width, HEIGHT, (shade + 30, shade + 5, shade))
            for floor in range(int(height // 60)):
                for window in range(width // 55):
                    corner = (left + 18 + window * 52, top + 18 + floor * 58)
                    lit = (house * 7 + floor * 3 + window * 5) % 4 == 0
                    colour = (130, 220, 250) if lit else (shade - 25, shade - 30, shade - 30)
                    box(picture, *corner, corner[0] + 24, corner[1] + 32, colour)
    return picture


def _workshop(instant: Instant) -> Picture:
    """Crates on a belt, while the camera slowly moves in."""
    picture = gradient((70, 60, 55), (110, 95, 85))
    for lamp in range(4):
        ellipse(picture, (180 + lamp * 310, 90), (70, 22), (150, 220, 250))
    box(picture, 0, 520, WIDTH, 570, (50, 45, 45))
    travel = 170 * instant.seconds
    for roller in range(17):
        x = roller * 80 + 20
        ellipse(picture, (x, 545), (22, 22), (120, 115, 110))
        angle = travel / 22
        ellipse(picture, (x + 12 * math.cos(angle), 545 + 12 * math.sin(angle)), (5, 5), (60, 55, 55))
    for crate in range(-6, 5):
        left = crate * 290 + travel
        box(picture, left, 360, left + 200, 520, (80, 140, 190))
        box(picture, left, 425, left + 200, 455, (60, 110, 155))
        text(picture, "HARBOR FOODS", (left + 22, 410), (40, 60, 90), size=22, weight=700)
    return zoomed(picture, 1.0 + 0.03 * instant.seconds)
