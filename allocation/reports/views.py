"""What the association and the board are told beyond the public: plain values.

Decides the form only.  The barrier (``inner_facts.py``) makes these values, an
association's from numbers that went through disclosure control; nothing public
is made from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Compared(StrEnum):
    """How many lettings were compared with the register, in one word."""

    ALL = "all"
    NEARLY_ALL = "nearly_all"
    FEWER = "fewer"
    NONE = "none"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class GroundsOfYear:
    """Withheld lettings of one calendar year by ground, each rounded or hidden (None)."""

    year: int
    by_ground: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class AssociationView:
    """What the tenants' association sees beyond the public."""

    grounds: tuple[GroundsOfYear, ...]
    compared: Compared


@dataclass(frozen=True, slots=True)
class ExactNorm:
    """A norm with its numerator and denominator; ``left_out`` holds (column, lettings)."""

    rule: str
    title: str
    basis: str
    first_year: int
    last_year: int
    complete: bool
    numerator: int
    denominator: int
    target_percent: Decimal
    at_most: bool
    verdict: str
    left_out: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ExactGround:
    """Withheld lettings of one ground: in the period, and in its calendar year so far."""

    ground: str
    in_period: int
    in_year: int


@dataclass(frozen=True, slots=True)
class ExactScreening:
    """What was compared in the period, and the cases that were opened in it."""

    lettings: int
    sales: int
    not_compared: int
    opened: int
    waiting: int
    cleared: int
    upheld: int


@dataclass(frozen=True, slots=True)
class IncomeRow:
    """Lettings of one income class; rent fitting, not fitting, or not known."""

    income: str
    fits: int
    too_high: int
    unknown: int


@dataclass(frozen=True, slots=True)
class IncomeTable:
    """Lettings of social rented dwellings by income class; ``other`` counts all the rest."""

    span: str
    rows: tuple[IncomeRow, ...]
    other: int
    unknown_kind: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """What board, supervisory board and accountant see beyond the public; all exact."""

    norms: tuple[ExactNorm, ...]
    grounds: tuple[ExactGround, ...]
    screening: ExactScreening
    incomes: tuple[IncomeTable, ...]
