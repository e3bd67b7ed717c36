"""The page of figures: written whole, each section replaced only when its benchmark ran."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"

HEAD = """\
# Performance

`make bench` measures what stands here and writes this page; `.venv/bin/python -m tests.benchmarks NAME…` measures some
of it and leaves the other sections as they were. Everything runs on one machine, on the loopback interface, on the
standalone stack. Comparisons are ratios within one run, the two sides taken in turns, because a shared machine is never
twice the same; absolute figures are those of the machine named in the section.
"""

_HEADING = re.compile(r"^(?=## )", re.MULTILINE)


def rewritten(page: str, made: Mapping[str, str], order: Sequence[str]) -> str:
    """The page with these sections, by title, in the place of older ones; sections of other titles go."""
    kept = {_title(section): section for section in _HEADING.split(page)[1:]}
    sections = {**kept, **made}
    return "\n".join((HEAD, *(sections[title].rstrip() + "\n" for title in order if title in sections)))


def write(made: Mapping[str, str], order: Sequence[str]) -> None:
    """Write the page."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    PAGE.write_text(rewritten(page, made, order), encoding="utf-8")


def _title(section: str) -> str:
    return section.partition("\n")[0].removeprefix("## ").strip()
