import pytest

from services.insights.core.spelling import spelled


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("It is $30 a seat.", "It is thirty dollars a seat."),
        ("It's 2,000 euros.", "It's two thousand euros."),
        ("€4,250 a year", "four thousand two hundred fifty euros a year"),
        ("£19.90 each", "nineteen pounds ninety each"),
        ("$1.5 million", "one point five million dollars"),
        ("$12k or 12k", "twelve thousand dollars or twelve thousand"),
        ("900€ and 40 £", "nine hundred euros and forty pounds"),
        ("10% off", "ten percent off"),
        ("At 9:30 or 10:00 or 11:05.", "At nine thirty or ten o'clock or eleven oh five."),
        (
            "On the 3rd, the 12th, the 20th or the 21st.",
            "On the third, the twelfth, the twentieth or the twenty-first.",
        ),
        (
            "In 2022, 1995, 2000 and 1900.",
            "In twenty twenty-two, nineteen ninety-five, two thousand and nineteen hundred.",
        ),
        ("2.5 hours, 0.5 days", "two point five hours, zero point five days"),
        ("Call 0123 now", "Call zero one two three now"),
        ("15 people.", "fifteen people."),
        ("Version B2 of M62 stays, COVID19 too.", "Version B2 of M62 stays, COVID19 too."),
        ("Nothing to do.", "Nothing to do."),
        ("", ""),
    ],
)
def test_numbers_are_written_as_they_are_said(heard: str, said: str) -> None:
    assert spelled(heard) == said


@pytest.mark.parametrize(
    "odd",
    [
        "9" * 9000,
        "9" * 9000 + "th",
        "$" + "9" * 9000,
        "$",
        "1,2,3",
        "1.2.3",
        "99:99",
        "$1,23",
        "٣٠ dollars",
        "²",
        "0th 999999999999th",
    ],
)
def test_odd_numbers_do_no_harm(odd: str) -> None:
    assert spelled(odd)
