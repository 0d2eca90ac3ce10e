"""What a rule is: its words, its basis, what it judges and what it needs.

Decides the form of a rule and of a verdict.  A rule's meaning is its SQL file
and nothing else: no rule may be half in Python.  A verdict that could not be
reached is never counted as passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


class Verdict(StrEnum):
    """What a rule says of one letting."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_TELL = "cannot_tell"


class Severity(StrEnum):
    """What a failed verdict means."""

    BREACH = "breach"
    DEVIATION = "deviation"
    SIGNAL = "signal"
    NORM = "norm"


class Judged(StrEnum):
    """What a rule has one verdict for."""

    LETTING = "letting"
    ADVERTISED = "advertised"
    DIRECT = "direct"
    EVERY_LETTING = "every_letting"
    PERIOD = "period"


class Scope(StrEnum):
    """Over which rows the rules are computed.

    ``ALL`` is for the association itself.  ``RELEASABLE`` leaves out what is
    withheld: a verdict that the public sees may depend on nothing else.
    """

    ALL = "all"
    RELEASABLE = "releasable"


VERDICTS: dict[Verdict, tuple[str, str]] = {
    Verdict.PASSED: ("in orde", "passed"),
    Verdict.FAILED: ("niet in orde", "failed"),
    Verdict.NOT_APPLICABLE: ("niet van toepassing", "not applicable"),
    Verdict.CANNOT_TELL: ("niet vast te stellen", "cannot tell"),
}
"""Dutch and English words for each verdict."""

SEVERITIES: dict[Severity, tuple[str, str]] = {
    Severity.BREACH: ("overtreding", "breach"),
    Severity.DEVIATION: ("afwijking", "deviation"),
    Severity.SIGNAL: ("signaal", "signal"),
    Severity.NORM: ("norm", "norm"),
}
"""Dutch and English words for each severity."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; its SQL stands in the file that bears its id.

    ``needs`` names the columns without which nothing can be told of any
    letting.  ``crosses_lettings``: the verdict on one letting can depend on
    rows of another, so that the public verdict is computed over the releasable
    rows alone.  ``internal``: the verdict is never public.  ``facts`` names
    the columns of the result that are its evidence.  The rule holds for
    lettings from ``in_force_from`` up to and including ``in_force_until``.
    """

    id: str
    title_nl: str
    title_en: str
    explanation_nl: str
    explanation_en: str
    basis_nl: str
    basis_en: str
    severity: Severity
    needs: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]
    in_force_from: date
    in_force_until: date | None = None
    judges: Judged = Judged.LETTING
    internal: bool = False
    crosses_lettings: bool = False

    @property
    def file(self) -> Path:
        """The file of the rule's SQL."""
        return FOLDER / f"{self.id.lower().replace('-', '_')}.sql"

    @property
    def sql(self) -> str:
        """The SQL of the rule, as it runs and as it is published."""
        return self.file.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Derivation:
    """A table that several rules share, computed from the night's tables."""

    name: str
    nl: str
    en: str

    @property
    def file(self) -> Path:
        """The file of the derivation's SQL."""
        return FOLDER / "shared" / f"{self.name}.sql"

    @property
    def sql(self) -> str:
        """The SQL of the derivation, as it runs and as it is published."""
        return self.file.read_text(encoding="utf-8")
