"""The words that carry the meaning of a text, English, by their stems."""

import re

SHORTEST_WORD = 3
ENDINGS = ("ing", "ied", "ies", "ed", "es", "s", "e", "y")

# Words that say nothing of what somebody speaks of.
EMPTY = """
a about after again all almost also although always am an and another any anybody anyone anything are around as at
away back be became because become been before began being believe below better between both but by call came can
cannot come could did do does doing done down each eight either else enough even ever every everybody everyone
everything few find first five for found four from gave get give go goes going gone good got had has have having he
her here hers herself him himself his how however i if in into is it its itself just keep know last least less let
like little long look lot made make many may maybe me mean might mine more most much must my myself near need never
next nine no nobody none nor not nothing now of off often oh ok okay old on once one only onto or other our ours out
over own part people perhaps please put quite rather really right said same saw say says see seem sell seven shall she
should show since six so some somebody someone something soon still such take tell ten than thank thanks that the
their them then there these they thing things think this those though thought three through time to today together
told too took toward two under until up upon us use very want was way we well went were what when where whether which
while who whole whom whose why will with within without would yeah yes yet you your yours yourself
"""
EMPTY_WORDS = frozenset(EMPTY.split())
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001  the apostrophe of printed text


def content_words(text: str) -> list[str]:
    """The stems of the words that carry meaning, in their order."""
    words = (match.group().lower().replace("’", "'").removesuffix("'s") for match in WORD.finditer(text))  # noqa: RUF001  as above
    # What still has an apostrophe is two small words in one: I'm, don't.
    return [stem(word) for word in words if len(word) >= SHORTEST_WORD and word not in EMPTY_WORDS and "'" not in word]


def stem(word: str) -> str:
    """What an English word shares with its plural and its other forms, roughly: `pric` of price, prices and pricing."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_WORD and not word.endswith("ss"):
            bare = word.removesuffix(ending)
            return bare[:-1] if bare[-1] == bare[-2] and ending in {"ing", "ed"} else bare
    return word
