"""What a benchmark found: tables and goals, as text for a page or a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Rows of text under a head; the first column is what a row is about."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def lines(self) -> list[str]:
        """As Markdown, padded so that it reads in a terminal too."""
        widths = [max(len(row[column]) for row in (self.head, *self.rows)) for column in range(len(self.head))]
        rule = ["-" * width if column == 0 else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
        return [_line(self.head, widths), _line(rule, widths), *(_line(row, widths) for row in self.rows)]


@dataclass(frozen=True)
class Goal:
    """What was wanted, and what came."""

    wanted: str
    measured: str
    is_met: bool

    @property
    def verdict(self) -> str:
        """One word."""
        return "met" if self.is_met else "**missed**"


@dataclass(frozen=True)
class Section:
    """One benchmark's part of the page.

    Attributes:
        method: How it was measured, in sentences.
        tables: What came out, each with a sentence before it, perhaps empty.
        remarks: What a reader of the figures should know.
    """

    title: str
    method: str
    tables: Sequence[tuple[str, Table]]
    goals: Sequence[Goal] = ()
    remarks: Sequence[str] = field(default_factory=tuple)

    def markdown(self, circumstances: str) -> str:
        """The section from its heading to its last line."""
        blocks = [f"## {self.title}", circumstances, self.method]
        for sentence, table in self.tables:
            blocks += [sentence] if sentence else []
            blocks.append("\n".join(table.lines()))
        if self.goals:
            rows = [(goal.wanted, goal.measured, goal.verdict) for goal in self.goals]
            blocks.append("\n".join(Table(("goal", "measured", "verdict"), rows).lines()))
        if self.remarks:
            blocks.append("\n".join(f"- {remark}" for remark in self.remarks))
        return "\n\n".join(blocks) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "| " + " | ".join((first, *others)) + " |"
