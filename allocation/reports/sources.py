"""What a report is made from, for every audience.

Decides nothing; holds the values that the parts of a report read.  ``board``
and ``association`` are there for their own reports alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from allocation.figures import Book
from allocation.periods import Period
from allocation.public import PublicRule, Statements
from allocation.reports.audience import Audience
from allocation.reports.views import AssociationView, BoardView


@dataclass(frozen=True, slots=True)
class Saved:
    """The figures of an earlier report: the night of its data, and each figure by name."""

    until: date
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a report may be made from.

    ``until`` is the night of the data; ``delay_days`` how long an outcome is
    held back at most after signing; ``offer_percent`` the agreed share through
    the offer model.  ``screens``: a register is configured.  ``saved`` holds
    the figures of earlier reports by period.
    """

    audience: Audience
    period: Period
    book: Book
    statements: Statements
    rules: tuple[PublicRule, ...]
    association_name: str
    until: date
    delay_days: int
    offer_percent: int
    screens: bool
    remarks: str = ""
    answer: str = ""
    saved: Mapping[str, Saved] = field(default_factory=dict)
    association: AssociationView | None = None
    board: BoardView | None = None

    @property
    def complete(self) -> bool:
        """Say whether every outcome of the period has had the time to be published."""
        return self.until >= self.period.last + timedelta(days=self.delay_days)

    def rule_title(self, rule: str) -> str:
        """Return the Dutch title of a rule, or its number where it is not in force any more."""
        return next((entry.title_nl for entry in self.rules if entry.id == rule), rule)

    def severity(self, rule: str) -> str:
        """Return how serious it is when a rule is not followed; ``breach`` when not known."""
        return next((entry.severity for entry in self.rules if entry.id == rule), "breach")
