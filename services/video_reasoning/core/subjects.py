"""What is described: the whole video, or one of its scenes."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.video_reasoning.core.facts import Fact
from shared.contracts.reports.video_reasoning import Description, Statement

MOST_SCENE_STATEMENTS = 4
MOST_VIDEO_STATEMENTS = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """A span of the video with all its facts; `scene_index` is null for the whole."""

    scene_index: int | None
    start_seconds: float
    end_seconds: float
    facts: tuple[Fact, ...]

    @property
    def most_statements(self) -> int:
        """How many sentences its description has at most."""
        return MOST_VIDEO_STATEMENTS if self.scene_index is None else MOST_SCENE_STATEMENTS

    def described(self, statements: Sequence[Statement], written_by: str) -> Description:
        """Its description with these sentences, as many as there may be."""
        return Description(
            scope="video" if self.scene_index is None else "scene",
            scene_index=self.scene_index,
            start_seconds=self.start_seconds,
            end_seconds=self.end_seconds,
            statements=tuple(statements[: self.most_statements]),
            written_by=written_by,
        )
