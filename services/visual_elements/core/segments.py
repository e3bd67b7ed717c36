"""Windows as rows of the module visualelements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contracts.segments import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.contracts.reports.visual_elements import Window


def segments_of(windows: Iterable[Window]) -> tuple[Segment, ...]:
    """One row for each window; a label without values is left out."""
    return tuple(
        Segment(
            module="visualelements",
            start_seconds=window.start_seconds,
            end_seconds=window.end_seconds,
            content=_content(window),
        )
        for window in windows
    )


def _content(window: Window) -> str:
    labels = (
        ("Objects Detected", [thing.label for thing in window.objects]),
        ("Colors", window.colours),
        ("Brightness", [window.brightness]),
        ("Motion", [window.motion]),
        # A semicolon ends a label's values: inside a text it would end them too early.
        ("Text", [text.replace(";", ",") for text in window.texts]),
    )
    return "; ".join(f"{label}: {', '.join(values)}" for label, values in labels if values)
