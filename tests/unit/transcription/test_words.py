import pytest

from services.transcription.core.speech import Span
from services.transcription.core.words import Heard, HeardWord, believed_words, is_invented, joined


def heard(
    *words: tuple[str, float, float], log_probability: float = -0.2, no_speech: float = 0.0, ratio: float = 1.2
) -> Heard:
    return Heard(
        tuple(HeardWord(text, start, end, 0.9) for text, start, end in words), log_probability, no_speech, ratio
    )


@pytest.mark.parametrize(
    "doubtful",
    [
        heard(log_probability=-0.9, no_speech=0.9),
        heard(ratio=8.0),
        heard(log_probability=-1.5),
    ],
)
def test_text_over_silence_loops_and_guesses_are_invented(doubtful: Heard) -> None:
    assert is_invented(doubtful)


@pytest.mark.parametrize("sure", [heard(), heard(no_speech=0.9), heard(log_probability=-0.9)])
def test_one_doubt_alone_does_not_silence_anybody(sure: Heard) -> None:
    assert not is_invented(sure)


def test_invented_text_leaves_no_words() -> None:
    assert believed_words([heard((" Thanks.", 0, 1), ratio=9.0)], (Span(0, 5),), [Span(0, 5)]) == []


def test_words_come_back_at_the_times_of_the_original() -> None:
    chunk = (Span(10, 12), Span(20, 25))
    words = believed_words([heard((" one", 0.5, 1.0), (" two", 2.5, 3.0))], chunk, [Span(10, 25)])
    assert [(word.start, word.end) for word in words] == [(10.5, 11.0), (20.5, 21.0)]


def test_silence_at_the_ends_of_a_word_is_cut_off() -> None:
    (word,) = believed_words([heard((" late", 0.0, 3.0))], (Span(0, 5),), [Span(1.2, 2.0)])
    assert word.start == 1.2
    assert word.end == 2.0


def test_the_rest_of_the_last_sound_before_a_pause_belongs_to_the_word() -> None:
    first, second = believed_words(
        [heard((" Monday.", 1.0, 1.8), (" Then", 3.0, 3.4))], (Span(0, 5),), [Span(1.0, 2.0), Span(3.0, 4.5)]
    )
    assert first.end == 2.0
    assert second.end == 3.4


def test_the_first_sound_after_a_pause_belongs_to_the_word() -> None:
    first, second = believed_words(
        [heard((" Monday.", 1.0, 2.0), (" Then", 3.15, 3.4))], (Span(0, 5),), [Span(1.0, 2.0), Span(3.0, 4.5)]
    )
    assert (first.start, second.start) == (1.0, 3.0)


def test_a_word_within_speech_keeps_its_own_times() -> None:
    first, second = believed_words([heard((" one", 1.0, 1.4), (" two", 1.4, 1.9))], (Span(0, 5),), [Span(1.0, 1.9)])
    assert (first.start, first.end, second.start) == (1.0, 1.4, 1.4)


def word(text: str, start: float = 0.0, end: float = 0.5) -> HeardWord:
    return HeardWord(text, start, end, 0.9)


def test_a_sentence_that_goes_on_in_the_next_chunk_has_no_full_stop_between() -> None:
    words = joined([word(" acknowledged.")], [word(" that", 0.7, 1.0)])
    assert [one.text for one in words] == [" acknowledged", " that"]


@pytest.mark.parametrize("after", [word(" That", 0.7, 1.0), word(" that", 3.0, 3.4)])
def test_a_capital_or_a_long_pause_behind_a_full_stop_begins_a_sentence(after: HeardWord) -> None:
    assert joined([word(" acknowledged.")], [after])[0].text == " acknowledged."


def test_joining_with_nothing_changes_nothing() -> None:
    assert joined([], [word(" so")]) == [word(" so")]
    assert joined([word(" end.")], []) == [word(" end.")]
