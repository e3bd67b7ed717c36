"""Numbers as somebody says them: a transcript writes `$30`, the examples of the kinds say "thirty dollars"."""

import re

SPELLED_UNITS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
SPELLED_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety"
UNITS, TENS = SPELLED_UNITS.split(), SPELLED_TENS.split()
SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"), (100, "hundred"))
FIRST = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
SIGNS = {"$": "dollars", "€": "euros", "£": "pounds"}
LEAST_TWO_DIGITS, TWENTY, HUNDRED = 10, 20, 100
FIRST_YEAR, LAST_YEAR = 1900, 2099
LONGEST_DIGITS = 12

TIME = re.compile(r"\b(\d{1,2}):(\d\d)\b")
MONEY = re.compile(r"([$€£]) ?(\d+(?:,\d{3})*)(?:\.(\d+))?(?: ?(k|hundred|thousand|million|billion)\b)?", re.IGNORECASE)
ORDINAL = re.compile(r"\b(\d{1,9})(?:st|nd|rd|th)\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.])(\d+(?:,\d{3})*)(?:\.(\d+))?(k|%| ?€| ?£| ?\$)?(?!\w)", re.IGNORECASE)
AFTER = {"k": " thousand", "%": " percent", "": ""} | {sign: f" {name}" for sign, name in SIGNS.items()}


def spelled(text: str) -> str:
    """The text with its numbers, sums of money, shares and times of day in words; all else as it is."""
    text = TIME.sub(_time, text)
    text = MONEY.sub(_money, text)
    text = ORDINAL.sub(lambda found: _ordinal(cardinal(int(found[1]))), text)
    return NUMBER.sub(lambda found: _decimal(found[1], found[2]) + AFTER[(found[3] or "").strip().lower()], text)


def cardinal(number: int) -> str:
    """`4250` is "four thousand two hundred fifty"."""
    if number < TWENTY:
        return UNITS[number]
    if number < HUNDRED:
        tens, rest = divmod(number, LEAST_TWO_DIGITS)
        return TENS[tens] + (f"-{UNITS[rest]}" if rest else "")
    scale, name = next((scale, name) for scale, name in SCALES if number >= scale)
    many, rest = divmod(number, scale)
    return f"{cardinal(many)} {name}" + (f" {cardinal(rest)}" if rest else "")


def _time(found: re.Match[str]) -> str:
    hour, minute = cardinal(int(found[1])), int(found[2])
    if minute == 0:
        return f"{hour} o'clock"
    return f"{hour} oh {cardinal(minute)}" if minute < LEAST_TWO_DIGITS else f"{hour} {cardinal(minute)}"


def _money(found: re.Match[str]) -> str:
    sign, whole, part, scale = found.groups()
    name = SIGNS[sign]
    if scale:
        return f"{_decimal(whole, part)} {'thousand' if scale.lower() == 'k' else scale} {name}"
    cents = int(part[:2].ljust(2, "0")) if part else 0
    return f"{_whole(whole)} {name}" + (f" {cardinal(cents)}" if cents else "")


def _decimal(whole: str, part: str | None) -> str:
    if part:
        return f"{_whole(whole)} point {' '.join(UNITS[int(digit)] for digit in part)}"
    is_year = len(whole) == len(str(LAST_YEAR)) and FIRST_YEAR <= int(whole) <= LAST_YEAR
    return _year(int(whole)) if is_year else _whole(whole)


def _whole(digits: str) -> str:
    plain = digits.replace(",", "")
    if len(plain) > LONGEST_DIGITS or (len(plain) > 1 and plain.startswith("0")):
        return " ".join(UNITS[int(digit)] for digit in plain)
    return cardinal(int(plain))


def _year(number: int) -> str:
    century, rest = divmod(number, HUNDRED)
    if rest < LEAST_TWO_DIGITS:
        return cardinal(number) if rest or century == TWENTY else f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {cardinal(rest)}"


def _ordinal(said: str) -> str:
    """`twenty-one` to `twenty-first`."""
    before, mark, last = re.split(r"^(.*?)([ -]?)(\w+)$", said)[1:4]
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{before}{mark}{FIRST.get(last, regular)}"
