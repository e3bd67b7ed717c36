import pytest

from services.video_reasoning.core.talk import said_again
from services.video_reasoning.core.things import Sighting, named, often_sentence, seen_sentence, sightings
from services.video_reasoning.core.wording import clock, count_of, listed, quoted, span
from shared.contracts.reports.transcription import Sentence
from shared.writing.words import content_words, stem


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.04, "less than 0.1 seconds"),
        (0.44, "0.4 seconds"),
        (1.0, "1 second"),
        (3.28, "3.3 seconds"),
        (12.4, "12 seconds"),
        (59.6, "1 minute"),
        (65, "1 minute 5 seconds"),
        (3599.7, "1 hour"),
        (7500, "2 hours 5 minutes"),
    ],
)
def test_spans(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_instants_counts_and_lists() -> None:
    assert [clock(7.9), clock(754), clock(3723)] == ["0:07", "12:34", "1:02:03"]
    assert [count_of(1, "shot"), count_of(3, "shot"), count_of(2, "person", "people")] == [
        "one shot",
        "3 shots",
        "2 people",
    ]
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_quotations_are_one_line_and_cut_behind_a_word() -> None:
    assert quoted("That  could\nwork.", 40) == "“That could work.”"
    assert quoted("He said “no” twice.", 40) == "“He said 'no' twice.”"
    assert quoted("one two three, four five", 16) == "“one two three…”"
    assert len(quoted("x" * 500, 60)) <= 62


@pytest.mark.parametrize(
    ("sighting", "text"),
    [
        (Sighting("person", 1, 1, 1), "a person"),
        (Sighting("person", 3, 3, 1), "3 people"),
        (Sighting("person", 3, 1, 2), "up to 3 people"),
        (Sighting("umbrella", 1, 1, 1), "an umbrella"),
        (Sighting("wine glass", 2, 2, 1), "2 wine glasses"),
        (Sighting("tv", 1, 1, 1), "a TV"),
        (Sighting("scissors", 1, 1, 1), "scissors"),
        (Sighting("knife", 2, 2, 1), "2 knives"),
        (Sighting("bench", 2, 2, 1), "2 benches"),
    ],
)
def test_things_have_articles_numbers_and_plurals(sighting: Sighting, text: str) -> None:
    assert named(sighting) == text


def test_what_is_seen_seldom_is_said_to_be() -> None:
    looks = [[("person", 1)], [("person", 1), ("dog", 1)], [("person", 2)], [("person", 1)]]
    found = sightings(looks)
    assert seen_sentence(found, len(looks)) == "Up to 2 people are seen, at times also a dog."
    assert often_sentence(found, len(looks)) == "Up to 2 people are seen in all 4 stretches of 3 seconds, a dog in 1."
    assert seen_sentence(sightings([[("dog", 1)], [], [], []]), 4) == "A dog is seen at times."
    assert seen_sentence(sightings([[("dog", 1)]]), 1) == "A dog is seen."


def test_words_are_compared_by_their_stems() -> None:
    assert stem("price") == stem("prices") == stem("pricing") == "pric"
    assert stem("cutting") == "cut"
    assert content_words("What would the prices be?") == ["pric"]
    assert content_words("I'm sure Daniel's team doesn’t know.") == ["sur", "daniel", "team"]  # noqa: RUF001  print


def spoken(*lines: str) -> list[Sentence]:
    return [
        Sentence(text=text, start_seconds=float(at), end_seconds=at + 1.0, confidence=0.9, words=())
        for at, text in enumerate(lines)
    ]


def test_what_is_said_again_is_given_as_it_was_said() -> None:
    lines = spoken(
        "Our finance director decides.", "Ask the finance director, a director.", "The price fell.", "Price it."
    )
    assert said_again(lines) == ["finance director", "price"]
    assert said_again(spoken("Nothing is said twice here.", "Indeed.")) == []
