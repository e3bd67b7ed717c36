"""The measured part of a page: what stands between two marks is written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write(page: Path, part: str, measured: str) -> None:
    """Put Markdown between `<!-- measured: PART -->` and `<!-- end: PART -->`; both lines must be on the page."""
    begin, end = f"<!-- measured: {part} -->", f"<!-- end: {part} -->"
    text = page.read_text("utf-8")
    if begin not in text or end not in text:
        raise ValueError(f"{page.name} lacks the marks {begin} and {end}")
    before, rest = text.split(begin, 1)
    _, after = rest.split(end, 1)
    page.write_text(f"{before}{begin}\n\n{measured.strip()}\n\n{end}{after}", "utf-8")
