import pytest

from services.transcription.core.sentences import to_segments, to_sentences
from services.transcription.core.words import HeardWord


def words(text: str, *, word_seconds: float = 0.3, pauses: dict[int, float] | None = None) -> list[HeardWord]:
    """A word each 0.3 s; `pauses` are put before the words of those numbers."""
    made: list[HeardWord] = []
    now = 0.0
    for index, token in enumerate(text.split()):
        now += (pauses or {}).get(index, 0.0)
        made.append(HeardWord(f" {token}", now, now + word_seconds, 0.5 if index % 2 else 1.0))
        now += word_seconds
    return made


def texts(heard: list[HeardWord]) -> list[str]:
    return [sentence.text for sentence in to_sentences(heard)]


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        ("That works. Thank you! Are you sure? Yes.", ["That works.", "Thank you!", "Are you sure?", "Yes."]),
        ("Mr. Dashwood met Dr. Smith at 5 p.m. today.", ["Mr. Dashwood met Dr. Smith at 5 p.m. today."]),
        ("It is $3.50 per seat. Fine.", ["It is $3.50 per seat.", "Fine."]),
        ('He said "we agree." Then he left.', ['He said "we agree."', "Then he left."]),
        ("J. R. R. Tolkien wrote it. So did I. We know.", ["J. R. R. Tolkien wrote it.", "So did I.", "We know."]),
        ("no punctuation at all", ["no punctuation at all"]),
        ("We use the U.S. market. Good.", ["We use the U.S. market.", "Good."]),
    ],
)
def test_punctuation_ends_sentences(said: str, sentences: list[str]) -> None:
    assert texts(words(said)) == sentences


def test_a_number_heard_in_two_pieces_is_not_split() -> None:
    pieces = [HeardWord(" It's", 0, 0.2, 1), HeardWord(" 3.", 0.2, 0.4, 1), HeardWord("5", 0.4, 0.5, 1)]
    assert texts(pieces) == ["It's 3.5"]


def test_sentences_in_a_language_without_spaces_are_split() -> None:
    pieces = [HeardWord("你好。", 0, 1, 1), HeardWord("再见。", 1, 2, 1)]
    assert texts(pieces) == ["你好。", "再见。"]


def test_a_long_pause_ends_a_sentence_without_punctuation() -> None:
    assert texts(words("so we agree and now", pauses={3: 2.5})) == ["so we agree", "and now"]


def test_an_abbreviation_before_a_pause_ends_its_sentence() -> None:
    assert texts(words("We start at 5 p.m. Please come.", pauses={5: 0.8})) == ["We start at 5 p.m.", "Please come."]


def test_speech_that_never_stops_is_cut_at_a_comma() -> None:
    said = " ".join(["word"] * 50 + ["word,"] + ["word"] * 50)
    first, second = to_sentences(words(said, word_seconds=0.7))
    assert first.text.endswith("word,")
    assert first.end_seconds == second.start_seconds


def test_bounds_are_those_of_the_first_and_the_last_word_to_the_millisecond() -> None:
    (sentence,) = to_sentences([HeardWord(" Good", 1.00049, 1.4, 0.8), HeardWord(" morning.", 1.4, 2.1004, 0.6)])
    assert (sentence.start_seconds, sentence.end_seconds) == (1.0, 2.1)
    assert sentence.confidence == 0.7
    assert [word.text for word in sentence.words] == ["Good", "morning."]
    assert sentence.speaker is None


def test_times_never_run_backwards() -> None:
    (sentence,) = to_sentences([HeardWord(" one", 1.0, 2.0, 1), HeardWord(" two", 1.5, 1.8, 1)])
    assert [(word.start_seconds, word.end_seconds) for word in sentence.words] == [(1.0, 2.0), (2.0, 2.0)]


def test_nothing_said_is_no_sentence() -> None:
    assert to_sentences([]) == ()


def test_rows_have_one_decimal_and_the_bare_sentence() -> None:
    rows = to_segments(to_sentences([HeardWord(" Good", 1.049, 1.4, 0.8), HeardWord(" morning.", 1.4, 2.06, 0.6)]))
    assert [row.model_dump() for row in rows] == [
        {
            "module": "transcription",
            "start_seconds": 1.0,
            "end_seconds": 2.1,
            "content": "Good morning.",
            "metadata": None,
        }
    ]


def test_a_row_of_one_short_word_is_not_empty() -> None:
    (row,) = to_segments(to_sentences([HeardWord(" No.", 2.31, 2.34, 0.9)]))
    assert (row.start_seconds, row.end_seconds) == (2.3, 2.4)
