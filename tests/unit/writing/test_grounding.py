import pytest

from shared.writing.grounding import is_borne_out, line_of, object_of

GROUND = 'Scene 1 has 3 shots in 12 seconds. Maya says: "We need it by Friday."'


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Scene 1 has three shots in twelve seconds.", True),
        ("Scene 1 has four shots in twelve seconds.", False),
        ("The scene has shots, and Maya needs it by Friday.", True),
        ("The scene has shots, and Joan needs it by Friday.", False),
        ('Maya says "we need it by Friday".', True),
        ('Maya says "we need it on Friday".', False),
        ("Scene shots are dull, boring, endless, grey things.", False),
    ],
)
def test_numbers_names_quotations_and_most_words_stand_in_the_ground(text: str, *, holds: bool) -> None:
    assert is_borne_out(text, GROUND) is holds


def test_thousands_may_be_marked_or_not() -> None:
    assert is_borne_out("It costs 1200000 and 2,000.", "It costs 1,200,000 and 2000.")
    assert not is_borne_out("It costs 12.", "It costs 1,2.")


@pytest.mark.parametrize("text", [None, 7, "", "  ", "x" * 41, "see `this`", "<b>bold</b>", "https://elsewhere"])
def test_what_is_no_plain_line_is_none(text: object) -> None:
    assert line_of(text, 40) is None


def test_a_line_has_single_spaces() -> None:
    assert line_of(" two\n lines ", 40) == "two lines"


@pytest.mark.parametrize(
    ("answer", "found"),
    [('Sure!\n```json\n{"a": 1}\n```', {"a": 1}), ("[1]", {}), ("{", {}), ("", {}), ("{" * 100_000 + "}", {})],
)
def test_an_object_is_found_in_what_is_put_around_it(answer: str, found: object) -> None:
    assert object_of(answer) == found
