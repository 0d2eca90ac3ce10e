"""A report as values: sections of paragraphs, tables, charts and notices.

Decides the form that every rendering (web page, PDF, workbook) is made from.
It holds finished sentences and typed cells; no figure is worked out in a
rendering.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from allocation.reports.audience import Audience, Part, sees

Cell = str | int | float | date | None


class Tone(StrEnum):
    """What a notice means, never told by colour alone."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The answer to the question of a page: a short title and a few sentences."""

    tone: Tone
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``columns`` are its headings, ``wide`` the columns with much text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    wide: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers as bars, each with a label; ``alt`` says in words what is to be seen.

    A value of None is a gap: too little to say something.
    """

    title: str
    alt: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]


Block = Paragraph | Bullets | Notice | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report."""

    part: Part
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report for one audience over one period; ``until`` is the night of its data."""

    audience: Audience
    period: str
    title: str
    subtitle: str
    association: str
    until: date
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        """Refuse a part that the audience may not see."""
        for section in self.sections:
            if not sees(self.audience, section.part):
                raise ValueError(f"{section.part} is not for {self.audience}")

    def tables(self) -> Iterator[tuple[Section, Table]]:
        """Yield every table with its section."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Table):
                    yield section, block
