"""What the site accounts for: the results of every rule, and the deviations over time.

Decides how results are counted, over the public lettings alone, so that the
counts are exact and anyone can count them again.  It knows no page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import numpy as np

from allocation.public import read_checks
from allocation.site.checks import deviations, worst
from allocation.site.rows import Coded, Codes, Indices, Rows, first_of_month, split
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


def count_results(rows: Rows) -> dict[str, Counter[CheckResult]]:
    """Return for each rule how many public lettings had each result."""
    counts: dict[str, Counter[CheckResult]] = defaultdict(Counter)
    checks = _checks(rows)
    times = np.bincount(_checked(rows, checks), minlength=len(checks.values))
    for text, count in zip(checks.values, times.tolist(), strict=True):
        for check in read_checks(text) if count else ():
            counts[check.rule][check.result] += count
    return dict(counts)


def count_checked(rows: Rows) -> int:
    """Return how many public lettings were checked."""
    return len(_checked(rows, _checks(rows)))


def deviating(rows: Rows) -> Indices:
    """Return the lettings with a deviation, newest first."""
    checks = _checks(rows)
    deviates = np.array([*(bool(deviations(text)) for text in checks.values), False], dtype=bool)
    found: Indices = rows.newest[
        (rows.has("outcome", Outcome.LET) & deviates[checks.codes])[rows.newest]
    ]
    return found


def by_quarter(rows: Rows) -> tuple[Quarter, ...]:
    """Return the quarters of letting, newest first; a letting counts once."""
    checks = _checks(rows)
    gravest = [worst(text) for text in checks.values]
    quarters = rows.months("let_month") // 3
    dated = rows.every[rows.has("outcome", Outcome.LET) & (quarters >= 0)]
    found = []
    for quarter, lettings in split(dated, quarters)[::-1]:
        told = checks.codes[lettings]
        counts = Counter[CheckResult | None]()
        for text, count in zip(*np.unique(told[told >= 0], return_counts=True), strict=True):
            counts[gravest[text]] += int(count)
        found.append(
            Quarter(
                first_of_month(quarter * 3),
                len(lettings),
                counts.total(),
                counts[CheckResult.IN_TREATMENT],
                counts[CheckResult.EXPLAINED],
                counts[CheckResult.UNEXPLAINED],
            )
        )
    return tuple(found)


def _checks(rows: Rows) -> Coded:
    """Return the texts of checks; of a letting that was not checked there is none."""
    values, codes = rows.coded("checks")
    if values and not values[0]:
        return Coded(values, np.where(codes == 0, -1, codes))
    return Coded(values, codes)


def _checked(rows: Rows, checks: Coded) -> Codes:
    """Return the text of checks of every letting that has one."""
    codes: Codes = checks.codes[rows.has("outcome", Outcome.LET) & (checks.codes >= 0)]
    return codes
