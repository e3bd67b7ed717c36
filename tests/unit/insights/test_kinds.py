"""What a sentence is, by examples: a sentinel of the accuracy that tests/accuracy measures."""

import pytest

from tests.unit.insights.conftest import Analyse


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("How much would that come to for a team of ninety?", {"question", "pricing"}),
        ("Honestly, I can't see us paying that much.", {"objection", "pricing"}),
        ("We are talking to BrightDesk as well.", {"competitor"}),
        ("I'll prepare the contract for you.", {"commitment"}),
        ("Our head of finance has the final say.", {"decision_maker"}),
        ("We want to be live by the end of March.", {"timeline"}),
        ("It would be great if we could import the old photos.", {"feature_request"}),
        ("The old tool breaks down every week and we lose orders.", {"problem"}),
        ("Okay, we've decided to take the annual plan.", {"decision"}),
        ("That's wonderful, I'm really pleased.", {"sentiment_shift"}),
        ("The weather was fine yesterday.", set()),
        ("The warehouse has two doors on the left side.", set()),
    ],
)
def test_a_sentence_is_told_by_its_meaning(text: str, types: set[str], analysed: Analyse) -> None:
    assert {event.type for event in analysed(text).events} == types
