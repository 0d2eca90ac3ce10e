"""What the office writes on an allocation: target group, priority used, appropriateness.

Decides the codes of an ordinary letting.  Every code on which a letting can
be withheld is written out, as ``none`` where nothing applies: a missing code
means unknown, and unknown withholds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from allocation.sample.calendar import DAY, years_of
from allocation.sample.figures import (
    FINE,
    LOW_INCOME,
    LOW_INCOME_PENSION,
    PENSION_AGE,
    RENT_CAP,
    Array,
    obstacle,
    rent_in,
    year_row,
)
from allocation.sample.ranking import Facts, entries_of
from allocation.sample.seekers import FIRST_URGENT, KINDS
from allocation.sample.world import NONE, World

DECISION_DAYS = 60
"""Within how many days of closing the office decides; the year can turn meanwhile."""


def hindrances(world: World, facts: Facts, home: Array) -> Array:
    """Return what stands between each response and a home, in any year it could be let."""
    adverts, dwellings = world.adverts, world.dwellings
    closes = adverts.closes[facts.advert]
    closed = np.where(closes == NONE, adverts.opens[facts.advert], closes) // DAY
    result = np.zeros(len(home), np.int64)
    for days in (closed, closed + DECISION_DAYS):
        year = years_of(days)
        rent = rent_in(dwellings.rent[home], year)
        found = obstacle(
            year, dwellings.daeb[home], rent, facts.income, facts.size, facts.age >= PENSION_AGE
        )
        result = np.where(result == FINE, found, result)
    return result


def describe(world: World, facts: Facts, klass: Array, home: Array, day: Array) -> dict[str, Any]:
    """Return the descriptive fields of allocations to the given responses."""
    count = len(home)
    year = years_of(day)
    pension = facts.age >= PENSION_AGE
    rent = rent_in(world.dwellings.rent[home], year)
    patterns = world.adverts.pattern[facts.advert]
    entries = np.array([len(entries_of(pattern)) for pattern in world.patterns])[patterns]
    used = (facts.kind >= FIRST_URGENT) | ((klass < entries) & _by_kind(world, patterns, klass))
    kind = np.where(used, facts.kind, 0)
    return {
        "rent": rent,
        "size": facts.size,
        "income": facts.income,
        "pension": pension,
        "target": _targets(facts, pension),
        "additional": np.full(count, "none", object),
        "kind": np.array([k for k, _ in KINDS], object)[kind],
        "detail": np.array([d for _, d in KINDS], object)[kind],
        "fitting": fitting_of(world, home, year, rent, facts.income, facts.size, pension),
        "fitting_detail": np.full(count, "none", object),
        "ground": np.full(count, "none", object),
        "protected": np.zeros(count, np.int64),
    }


def _by_kind(world: World, patterns: Array, klass: Array) -> Array:
    """Tell whether the entry that gave the class was a kind of priority, not an age or a size."""
    table = [
        [":" not in entry for entry in entries_of(pattern)] + [False] for pattern in world.patterns
    ]
    width = max(len(row) for row in table)
    flags = np.array([row + [False] * (width - len(row)) for row in table])
    return flags[patterns, np.minimum(klass, width - 1)]


def fitting_of(
    world: World, home: Array, year: Array, rent: Array, income: Array, size: Array, pension: Array
) -> Array:
    """Return the result of the test for appropriateness: only low incomes are tested."""
    row, several = year_row(year), (size > 1).astype(int)
    low = np.where(pension, LOW_INCOME_PENSION[row, several], LOW_INCOME[row, several])
    tested = world.dwellings.daeb[home] & (income <= low)
    fits = rent <= RENT_CAP[row, (size > 2).astype(int)]
    marks = np.array(["not_tested", "not_appropriate", "appropriate"], object)
    return marks[np.where(tested, 1 + fits, 0)]


def _targets(facts: Facts, pension: Array) -> Array:
    groups = np.array(
        ["single_person", "household_without_children", "family", "seniors", "young_people"],
        object,
    )
    group = np.where(facts.size == 1, 0, np.where(facts.size == 2, 1, 2))
    group = np.where(facts.age < 25, 4, group)
    return groups[np.where(pension, 3, group)]
