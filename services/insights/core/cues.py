"""Cues: what the form of a sentence tells without a model: that it asks, what it names, times and numbers."""

import re

NUMBER = (
    r"(?:\d[\d.,]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|million|half)\b)"
)
DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
PART = (
    r"(?:morning|noon|afternoon|evening|tonight|tomorrow|week|weekend|month|quarter|year|spring|summer|autumn|fall|"
    r"winter)"
)
SPAN = r"(?:minutes?|hours?|days?|weeks?|months?|quarters?|years?)"

ASKS = re.compile(r"\?\W*$")
NO_NAME = (
    "I|Mr|Ms|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|"
    "September|October|November|December|Easter|Christmas"
)
NAME = re.compile(rf"(?<![.!?:] )(?<!^)(?<!\")\b(?!(?:{NO_NAME})\b)[A-Z][a-z]+[A-Z]?\w*")
"""A word with a capital within a sentence."""
