"""Numbers, spans and lists as a person would write them."""

from collections.abc import Sequence

MINUTE = 60
HOUR = 3600
EXACT_BELOW_SECONDS = 10
"""Shorter spans are said with one decimal, longer ones in whole seconds."""


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """`one shot`, `3 shots`."""
    return f"one {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def listed(parts: Sequence[str]) -> str:
    """`blue`, `blue and white`, `blue, white and grey`."""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def span(seconds: float) -> str:
    """A length of time: `0.4 seconds`, `12 seconds`, `1 minute 5 seconds`, `2 hours 3 minutes`."""
    if round(seconds) >= HOUR:
        minutes = round(seconds / MINUTE)
        return _two(minutes // 60, "hour", minutes % 60, "minute")
    whole = round(seconds)
    if whole >= MINUTE:
        return _two(whole // MINUTE, "minute", whole % MINUTE, "second")
    if seconds >= EXACT_BELOW_SECONDS:
        return _units(whole, "second")
    exact = round(seconds, 1)
    if exact == 0:
        return "less than 0.1 seconds"
    return _units(int(exact), "second") if exact == int(exact) else f"{exact} seconds"


def clock(seconds: float) -> str:
    """An instant: `0:07`, `12:30`, `1:02:03`."""
    whole = int(seconds)
    hours, minutes, rest = whole // HOUR, whole % HOUR // MINUTE, whole % MINUTE
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def quoted(text: str, longest: int) -> str:
    """The text in quotation marks, on one line, cut behind a word where it is longer than `longest` characters."""
    line = " ".join(text.replace("“", "'").replace("”", "'").split())
    if len(line) > longest:
        line = line[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"
    return f"“{line}”"


def _units(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return _units(large, large_unit) + (f" {_units(small, small_unit)}" if small else "")
