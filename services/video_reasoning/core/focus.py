"""What somebody wants to know of a video, and how much a fact says of it."""

from dataclasses import dataclass

from services.video_reasoning.core.facts import Fact, Topic
from shared.writing.words import content_words

# The words by which a question names a topic, in the singular.
NAMED_BY: dict[Topic, str] = {
    "structure": "cut cutting edit editing editor length pace pacing scene shot structure transition",
    "look": "bright brightness color colour dark grade grading lighting motion move movement palette style",
    "things": "actor animal anybody man object person people product thing vehicle visible visual who woman",
    "text": "caption logo read screen shown sign slide subtitle text title write written",
    "speech": "agree agreed answer argue ask discuss discussed discussion mention say said speak speaker spoken speech "
    "talk talking tell told topic transcript voice word",
}
TOPIC_WORDS = {topic: frozenset(words.split()) for topic, words in NAMED_BY.items()}
TOPIC_WEIGHT = 2
"""A fact of the topic asked for weighs as much as this many of the words asked for."""


@dataclass(frozen=True, slots=True)
class Focus:
    """A question taken apart: the topics that it names and the words that carry its meaning."""

    topics: frozenset[Topic] = frozenset()
    words: frozenset[str] = frozenset()

    def is_answered_by(self, fact: Fact) -> bool:
        """Whether a fact has a word of the question."""
        return bool(self.words & set(content_words(fact.text)))

    def relevance(self, fact: Fact) -> int:
        """How much a fact says of what is asked; 0 when nothing."""
        named = TOPIC_WEIGHT if fact.topic in self.topics else 0
        return named + len(self.words & set(content_words(fact.text)))


def focus_of(question: str) -> Focus:
    """Take a question apart; one in another language than English only by words that the facts have too."""
    plain = {word.strip(".,;:?!\"'()").lower() for word in question.split()}
    plain |= {word.removesuffix("s") for word in plain}
    topics = frozenset(topic for topic, words in TOPIC_WORDS.items() if plain & words)
    return Focus(topics, frozenset(content_words(question)))
