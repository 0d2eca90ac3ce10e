"""The periods that reports and figures are about: calendar years and quarters.

Decides how a period is cut and called, and which one it is compared with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_PERIOD = re.compile(r"(\d{4})(?:-Q([1-4]))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar year, or one quarter of it."""

    year: int
    quarter: int | None = None

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2026`` or ``2026-Q1``.

        Raises:
            ValueError: it is neither.
        """
        found = _PERIOD.fullmatch(text)
        if not found or not 1990 <= int(found[1]) <= 2100:
            raise ValueError(text)
        return cls(int(found[1]), int(found[2]) if found[2] else None)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, 3 * ((self.quarter or 1) - 1) + 1, 1)

    @property
    def last(self) -> date:
        """The last day."""
        after = self._shifted(1)
        return after.first - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def previous(self) -> Period:
        """The period before it, of the same length."""
        return self._shifted(-1)

    @property
    def year_ago(self) -> Period:
        """The same period of the year before; for a year that is the previous one."""
        return Period(self.year - 1, self.quarter)

    def back(self, periods: int) -> tuple[Period, ...]:
        """Return this period and those before it, oldest first, ``periods`` in all."""
        return tuple(self._shifted(-i) for i in reversed(range(periods)))

    def _shifted(self, by: int) -> Period:
        if self.quarter is None:
            return Period(self.year + by)
        at = self.year * 4 + self.quarter - 1 + by
        return Period(at // 4, at % 4 + 1)
