"""Descriptions as rows of the module video_reasoning."""

from collections.abc import Iterable

from shared.contracts.reports.video_reasoning import Description
from shared.contracts.segments import Segment


def segments_of(descriptions: Iterable[Description]) -> tuple[Segment, ...]:
    """A row for each description that says anything: its sentences, and the modules they are made of, each once."""
    return tuple(
        Segment(
            module="video_reasoning",
            start_seconds=description.start_seconds,
            end_seconds=description.end_seconds,
            content=" ".join(statement.text for statement in description.statements),
            metadata={
                "scope": description.scope,
                "sources": _sources(description),
            },
        )
        for description in descriptions
        if description.statements
    )


def _sources(description: Description) -> list[str]:
    return list(dict.fromkeys(source for statement in description.statements for source in statement.sources))
