"""The statistics of lettings: one place for what site, report and open data say.

Decides what is counted in a period and how few lettings are too few to say
something.  Everything comes from the public table (or another
audience's table of the same schema) alone, so that anyone can count it again;
nothing here may read a private value, and nothing here rounds or hides.

A letting belongs to the month of its letting, an advert to the month in which
it closed.  A middle is the median; the middle half lies between the quartiles,
interpolated linearly.  Durations are whole years of registration at closing,
only of lettings ordered by registration duration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from allocation.chance import FEWEST, LEVEL, counts_differ, middles_differ, shares_differ
from allocation.periods import Period
from allocation.public import Check, PublicTable, read_checks
from allocation.vocabulary import (
    DEVIATIONS,
    CheckResult,
    Explanation,
    Ordering,
    Outcome,
    PassedOver,
)

_NUMBERS = (
    "room_count",
    "response_count",
    "registration_years",
    *(f"passed_{k}" for k in PassedOver),
)
_CODES = ("place", "dwelling_type", "model", "ordering", "outcome")

LONGEST_WAIT = timedelta(days=60)
"""How long after its advert a dwelling is let at the latest, as a rule."""

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and middle half of some numbers; all None where fewer than ten stand behind them."""

    n: int
    median: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Deviation:
    """One rule that failed on one letting, as the public sees it."""

    key: str
    address: str
    place: str
    let_month: date
    rule: str
    result: CheckResult
    since: date | None
    explanation: Explanation | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure beside that of another period.

    ``chance``: the probability that chance alone gives such a difference; None
    where either side has too few lettings to say anything.
    """

    then: float | None
    chance: float | None

    @property
    def differs(self) -> bool | None:
        """Say whether it is more than chance; None where nothing can be said."""
        return None if self.chance is None else self.chance < LEVEL


class Book:
    """The lettings and adverts of one table, ready to be counted per period.

    One book serves many reports: what was counted for a period is kept.
    """

    def __init__(self, table: PublicTable) -> None:
        rows = self._rows = table.rows
        self._numbers: dict[str, Numbers] = {
            name: pd.to_numeric(rows.column(name).to_pandas()).to_numpy(dtype=np.float64)
            for name in _NUMBERS
        }
        self._codes: dict[str, pd.Categorical] = {
            name: pd.Categorical(rows.column(name).to_pandas().astype(object)) for name in _CODES
        }
        self._let = self._has("outcome", Outcome.LET)
        self._open = self._has("outcome", Outcome.OPEN)
        self._by_duration = self._has("ordering", Ordering.REGISTRATION_DURATION)
        self._let_month = _month_numbers(rows.column("let_month"))
        closed = pc.coalesce(rows.column("closes_on"), rows.column("opens_on"))
        self._closed_month = _month_numbers(closed)
        self._check_codes, texts = pd.factorize(
            rows.column("checks").to_pandas().astype(object), use_na_sentinel=True
        )
        self._check_texts: list[tuple[Check, ...]] = [read_checks(str(text)) for text in texts]
        self._found: dict[tuple[str, Period], Flags] = {}
        self._series: dict[tuple[str, Period], Numbers] = {}
        self._results: dict[Period, dict[str, dict[CheckResult, int]]] = {}

    def _has(self, column: str, value: str) -> Flags:
        flags: Flags = np.asarray(self._codes[column] == value, dtype=bool)
        return flags

    @property
    def has_checks(self) -> bool:
        """Say whether the rules ran at all."""
        return bool(self._check_texts)

    @cached_property
    def has_lettings(self) -> bool:
        """Say whether any letting is known; a supplier of adverts alone delivers none."""
        return bool(self._let.any())

    @cached_property
    def reaches_back_to(self) -> date | None:
        """The first day of the month in which the oldest advert of the table closed."""
        months = self._closed_month[self._closed_month > 0]
        return _month(int(months.min())) if len(months) else None

    def lettings(self, period: Period) -> Flags:
        """Say for each row whether it was let in the period."""
        return self._within("let", period)

    def adverts(self, period: Period) -> Flags:
        """Say for each row whether its advert closed in the period."""
        return self._within("closed", period)

    def _within(self, what: str, period: Period) -> Flags:
        flags = self._found.get((what, period))
        if flags is None:
            months = self._let_month if what == "let" else self._closed_month
            low, high = _bounds(period)
            flags = (months >= low) & (months <= high)
            if what == "let":
                flags &= self._let
            self._found[what, period] = flags
        return flags

    def covers(self, period: Period) -> bool:
        """Say whether the table holds all lettings of a period.

        Adverts expire by the month in which they closed, and a letting follows
        its advert: the oldest advert must have closed two months before.
        """
        oldest = self.reaches_back_to
        return oldest is not None and oldest + LONGEST_WAIT <= period.first

    def count(self, period: Period) -> int:
        """Count the lettings of a period."""
        return int(self.lettings(period).sum())

    def by_model(self, period: Period) -> dict[str, int]:
        """Count the lettings per method of allocation."""
        return self._counted("model", self.lettings(period))

    def by_ordering(self, period: Period) -> dict[str, int]:
        """Count the lettings per way of ordering the candidates."""
        return self._counted("ordering", self.lettings(period))

    def outcomes(self, period: Period) -> dict[Outcome, int]:
        """Count what became of the adverts that closed in the period."""
        counted = self._counted("outcome", self.adverts(period))
        return {outcome: counted.get(str(outcome), 0) for outcome in Outcome}

    def _counted(self, column: str, where: Flags) -> dict[str, int]:
        values = self._codes[column]
        codes = np.asarray(values.codes)[where]
        counts = np.bincount(codes[codes >= 0], minlength=len(values.categories))
        names = [str(name) for name in values.categories]
        return {name: int(n) for name, n in zip(names, counts, strict=True) if n}

    def passed_over(self, period: Period) -> dict[PassedOver, int]:
        """Add up the candidates who were passed over, per class, over the lettings."""
        where = self.lettings(period)
        return {kind: int(np.nansum(self._numbers[f"passed_{kind}"][where])) for kind in PassedOver}

    def responses(self, period: Period) -> Numbers:
        """Return the numbers of responses to the adverts that closed in the period."""
        if ("responses", period) not in self._series:
            where = self.adverts(period) & ~self._open
            self._series["responses", period] = _known(self._numbers["response_count"][where])
        return self._series["responses", period]

    def years(self, period: Period) -> Numbers:
        """Return the registration years of the new tenants of the period."""
        if ("years", period) not in self._series:
            where = self.lettings(period) & self._by_duration
            self._series["years", period] = _known(self._numbers["registration_years"][where])
        return self._series["years", period]

    def years_by(self, period: Period, column: str) -> dict[str, Spread]:
        """Return the registration years per place, ``dwelling_type`` or ``room_count``.

        Values with no such letting are not there; the order is that of the value.
        """
        where = self.lettings(period) & self._by_duration
        values = self._codes[column] if column in self._codes else self._numbers[column]
        chosen = pd.DataFrame(
            {"value": values[where], "years": self._numbers["registration_years"][where]}
        )
        groups = chosen.dropna().groupby("value", sort=True, observed=True)["years"]
        return {_name(value): spread(group.to_numpy(dtype=np.float64)) for value, group in groups}

    def results(self, period: Period) -> dict[str, dict[CheckResult, int]]:
        """Count the results of each rule over the lettings of a period."""
        if period not in self._results:
            counted: dict[str, dict[CheckResult, int]] = {}
            for checks, n in self._check_counts(self.lettings(period)):
                for check in checks:
                    if check.rule not in counted:
                        counted[check.rule] = dict.fromkeys(CheckResult, 0)
                    counted[check.rule][check.result] += n
            self._results[period] = dict(sorted(counted.items()))
        return self._results[period]

    def checked(self, period: Period) -> int:
        """Count the lettings of the period to which the rules were applied."""
        return sum(n for _, n in self._check_counts(self.lettings(period)))

    def lettings_with_deviation(self, period: Period) -> int:
        """Count the lettings of the period with at least one deviation."""
        return sum(
            n
            for checks, n in self._check_counts(self.lettings(period))
            if any(check.result in DEVIATIONS for check in checks)
        )

    def deviations(self, period: Period | None = None) -> list[Deviation]:
        """Return every deviation, of one period or of all lettings, oldest letting first."""
        if period is None:
            return [deviation for _, deviation in self._deviations]
        where = self.lettings(period)
        return [deviation for row, deviation in self._deviations if where[row]]

    @cached_property
    def _deviations(self) -> list[tuple[int, Deviation]]:
        """Every deviation with the row of its letting."""
        failing = np.array(
            [any(check.result in DEVIATIONS for check in checks) for checks in self._check_texts]
            + [False],
            dtype=bool,
        )
        rows = np.flatnonzero(failing[self._check_codes] & self._let)
        names = ("key", "street", "house_number", "place")
        chosen = self._rows.select(names).take(pa.array(rows)).to_pylist()
        found = [
            (int(row), _deviation(told, _month(int(self._let_month[row])), check))
            for row, told in zip(rows, chosen, strict=True)
            for check in self._check_texts[self._check_codes[row]]
            if check.result in DEVIATIONS
        ]
        return sorted(found, key=lambda pair: (pair[1].let_month, pair[1].rule, pair[1].key))

    def _check_counts(self, where: Flags) -> list[tuple[tuple[Check, ...], int]]:
        codes = self._check_codes[where]
        counted = np.bincount(codes[codes >= 0], minlength=len(self._check_texts))
        return [(self._check_texts[i], int(counted[i])) for i in np.flatnonzero(counted)]


def spread(values: Numbers) -> Spread:
    """Return median and quartiles; none where fewer than ten values stand behind them."""
    n = len(values)
    if n < FEWEST:
        return Spread(n, None, None, None)
    low, median, high = np.percentile(values, (25, 50, 75))
    return Spread(n, float(median), float(low), float(high))


def compare_counts(book: Book, now: Period, then: Period) -> Compared | None:
    """Compare the numbers of lettings of two periods; None where the table does not reach."""
    if not book.covers(then):
        return None
    a, b = book.count(now), book.count(then)
    enough = max(a, b) >= FEWEST
    return Compared(float(b), counts_differ(a, b, now.days, then.days) if enough else None)


def compare_spreads(now: Numbers, then: Numbers, covered: bool) -> Compared | None:
    """Compare two middles; None where the table does not reach."""
    if not covered:
        return None
    enough = min(len(now), len(then)) >= FEWEST
    return Compared(spread(then).median, middles_differ(now, then) if enough else None)


def compare_shares(
    part_now: int, all_now: int, part_then: int, all_then: int, covered: bool
) -> Compared | None:
    """Compare two numbers as parts of a whole; None where the table does not reach."""
    if not covered:
        return None
    enough = min(all_now, all_then) >= FEWEST
    chance = shares_differ(part_now, all_now, part_then, all_then) if enough else None
    return Compared(float(part_then), chance)


def days_open(deviation: Deviation, until: date) -> int | None:
    """Return how many days a deviation has been shown; None where its first day is not known."""
    return None if deviation.since is None else (until - deviation.since).days


def _deviation(letting: dict[str, object], let_month: date, check: Check) -> Deviation:
    number, street = letting["house_number"], str(letting["street"])
    return Deviation(
        key=str(letting["key"]),
        address=f"{street} {number}" if number else street,
        place=str(letting["place"]),
        let_month=let_month,
        rule=check.rule,
        result=check.result,
        since=check.since,
        explanation=check.explanation,
    )


def _month_numbers(dates: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return year x 12 + month - 1 for each date, 0 where there is none."""
    numbers = pc.subtract(pc.add(pc.multiply(pc.year(dates), 12), pc.month(dates)), 1)
    result: npt.NDArray[np.int64] = pc.fill_null(numbers, 0).to_numpy()
    return result


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _bounds(period: Period) -> tuple[int, int]:
    first, last = period.first, period.last
    return first.year * 12 + first.month - 1, last.year * 12 + last.month - 1


def _known(values: Numbers) -> Numbers:
    known: Numbers = values[~np.isnan(values)]
    return known


def _name(value: object) -> str:
    return str(int(value)) if isinstance(value, float) else str(value)
