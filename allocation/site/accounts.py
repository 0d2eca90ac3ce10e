"""What the site accounts for: the results of every rule, and the deviations over time.

Decides how results are counted, over the public lettings alone, so that the
counts are exact and anyone can count them again.  It knows no page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from allocation.public import Letting, read_checks
from allocation.site.checks import deviations
from allocation.vocabulary import CheckResult, Outcome


@dataclass(frozen=True, slots=True)
class Quarter:
    """The lettings of three months, and how many of them deviate, by the gravest result."""

    first: date
    lettings: int
    checked: int
    in_treatment: int
    explained: int
    unexplained: int

    @property
    def deviating(self) -> int:
        """How many lettings have a deviation."""
        return self.in_treatment + self.explained + self.unexplained


def count_results(rows: Iterable[Letting]) -> dict[str, Counter[CheckResult]]:
    """Return for each rule how many public lettings had each result."""
    texts = Counter(row.checks for row in rows if row.outcome is Outcome.LET and row.checks)
    counts: dict[str, Counter[CheckResult]] = defaultdict(Counter)
    for text, times in texts.items():
        for check in read_checks(text):
            counts[check.rule][check.result] += times
    return dict(counts)


def deviating(rows: Iterable[Letting]) -> list[Letting]:
    """Return the lettings with a deviation, in the order given."""
    return [row for row in rows if row.outcome is Outcome.LET and deviations(row.checks)]


def by_quarter(rows: Iterable[Letting]) -> tuple[Quarter, ...]:
    """Return the quarters of letting, newest first; a letting counts once."""
    groups: dict[date, list[Letting]] = defaultdict(list)
    for row in rows:
        if row.outcome is Outcome.LET and row.let_month is not None:
            month = row.let_month
            groups[date(month.year, month.month - (month.month - 1) % 3, 1)].append(row)
    return tuple(_quarter(first, groups[first]) for first in sorted(groups, reverse=True))


def _quarter(first: date, rows: Sequence[Letting]) -> Quarter:
    counts: Counter[CheckResult] = Counter()
    for row in rows:
        results = {check.result for check in deviations(row.checks)}
        for result in (CheckResult.UNEXPLAINED, CheckResult.IN_TREATMENT, CheckResult.EXPLAINED):
            if result in results:
                counts[result] += 1
                break
    return Quarter(
        first,
        len(rows),
        sum(1 for row in rows if row.checks),
        counts[CheckResult.IN_TREATMENT],
        counts[CheckResult.EXPLAINED],
        counts[CheckResult.UNEXPLAINED],
    )
