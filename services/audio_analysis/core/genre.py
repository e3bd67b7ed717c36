"""What kind of music it is, from the tags that the networks hear in a few patches of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.audio_analysis.core.tagging import PATCH_SECONDS
from shared.contracts.reports.audio_analysis import Tag

GENRES: Mapping[str, tuple[str, ...]] = {
    "ambient": ("ambient",),
    "blues": ("blues",),
    "classical": ("classical", "strings", "opera", "choral", "harpsichord"),
    "country": ("country",),
    "electronic": ("electronic", "electronica", "electro", "House"),
    "folk": ("folk", "acoustic"),
    "funk": ("funk",),
    "hip-hop": ("Hip-Hop",),
    "jazz": ("jazz",),
    "metal": ("metal", "heavy metal"),
    "pop": ("pop", "indie pop"),
    "punk": ("punk",),
    "rock": ("rock", "alternative", "alternative rock", "classic rock", "hard rock", "indie rock", "Progressive rock"),
    "soul": ("soul", "rnb"),
}
"""The genres that can be named, each with the networks' words for it."""

OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "chill": ("chillout", "chill", "Mellow", "easy listening"),
    "choir": ("choir",),
    "dance": ("dance",),
    "drums": ("drums",),
    "experimental": ("experimental",),
    "female vocals": ("female vocalists", "female vocalist"),
    "flute": ("flute",),
    "guitar": ("guitar",),
    "happy": ("happy",),
    "harp": ("harp",),
    "indian": ("indian", "sitar"),
    "indie": ("indie",),
    "instrumental": ("instrumental",),
    "male vocals": ("male vocalists",),
    "piano": ("piano",),
    "sad": ("sad",),
    "synth": ("synth",),
    "violin": ("violin", "cello"),
}
"""What else is worth saying of music; the networks' words for decades and for taste are left out."""

SURE_SCORE = 0.3
CLEAR_LEAD = 1.15
"""A genre is named when it holds at least so strongly, and so many times as strongly as the next one."""

TAGS_SHOWN, WEAKEST_TAG = 8, 0.1

FIRST_PATCHES, SECONDS_PER_FIRST_PATCH = 5, 10.0
SECONDS_PER_FURTHER_PATCH = 60.0
"""Of short music a third is heard, of an hour three seconds in every minute."""


def patch_starts(music: Sequence[tuple[float, float]]) -> list[float]:
    """Where to listen: the beginnings, in seconds, of patches spread evenly over the music.

    Args:
        music: Start and end of each stretch in seconds, in order; those shorter than a patch are left out.
    """
    rooms = [(start, end - start - PATCH_SECONDS) for start, end in music if end - start >= PATCH_SECONDS]
    seconds = sum(room + PATCH_SECONDS for _, room in rooms)
    first = min(FIRST_PATCHES, round(seconds / SECONDS_PER_FIRST_PATCH))
    count = max(1, first) + max(0, int(seconds / SECONDS_PER_FURTHER_PATCH) - 1)
    total = sum(room for _, room in rooms)
    starts: list[float] = []
    for number in range(count if rooms else 0):
        within = total * (number + 0.5) / count
        for start, room in rooms:
            if within <= room:
                starts.append(start + within)
                break
            within -= room
    return starts


def name_tags(scores: Mapping[str, float]) -> tuple[Tag, ...]:
    """The strongest words for the music, strongest first, from the networks' scores of their own words."""
    strengths = {word: _strength(names, scores) for word, names in {**GENRES, **OTHER_WORDS}.items()}
    ranked = sorted(strengths.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Tag(name=word, score=round(strength, 3)) for word, strength in ranked[:TAGS_SHOWN] if strength >= WEAKEST_TAG
    )


def name_genre(scores: Mapping[str, float]) -> str | None:
    """The genre, or null when none is sure."""
    strengths = sorted(((_strength(names, scores), genre) for genre, names in GENRES.items()), reverse=True)
    (best, genre), (second, _) = strengths[:2]
    return genre if best >= SURE_SCORE and best >= CLEAR_LEAD * second else None


def _strength(names: Sequence[str], scores: Mapping[str, float]) -> float:
    """How sure it is that at least one of the words fits, as if each were heard for itself."""
    none_fits = 1.0
    for name in names:
        none_fits *= 1 - scores.get(name, 0.0)
    return 1 - none_fits
