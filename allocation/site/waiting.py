"""How long it took: what the lettings on the site say of waiting, per group.

Decides the groups (place, type of dwelling, rooms, year), the statistics (the
median and the middle half, in whole years) and when there are too few lettings
to say anything (fewer than 10).  Everything here is a function of public rows,
so that anyone can compute it again; it knows no page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from allocation.site.rows import (
    NO_NUMBER,
    NO_ROWS,
    Codes,
    Flags,
    Indices,
    Rows,
    known,
    split,
)
from allocation.vocabulary import Ordering, Outcome

FEWEST = 10


@dataclass(frozen=True, slots=True)
class Middle:
    """The middle of a number of values: the median, and the bounds of the middle half."""

    count: int
    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Spread:
    """What a group of lettings says; None where fewer than ten bear a figure.

    ``years`` is over lettings where the longest registration comes first;
    ``shorter`` tells for each whole number of years how many of those lettings
    went to somebody registered that long or shorter.
    """

    lettings: int
    years: Middle | None
    responses: Middle | None
    shorter: tuple[tuple[int, int], ...]


class Usual(NamedTuple):
    """What was usual in a finished year, for the narrowest group that has enough lettings.

    ``place`` and ``dwelling_type`` are None where the group is wider than that.
    """

    place: str | None
    dwelling_type: str | None
    year: int
    years: Middle
    responses: Middle | None


class EachUsual(NamedTuple):
    """What was usual for each row: ``values[codes[row]]``, None where nothing can be said."""

    values: list[Usual | None]
    codes: Codes

    def of(self, row: int) -> Usual | None:
        """Return what was usual for a row, by its number."""
        return self.values[int(self.codes[row])]


class GroupSpread(NamedTuple):
    """A group: all of it, by year of letting, and by rooms (``MOST_ROOMS`` or more together)."""

    whole: Spread
    by_year: dict[int, Spread]
    by_rooms: dict[int, Spread]


MOST_ROOMS = 5

Group = tuple[str | None, str | None]


def middle_of(values: Codes) -> Middle | None:
    """Return the middle of whole numbers; None for fewer than ten.

    The quartiles are those of the "inclusive" method: they interpolate between
    the values in order.  Halves are rounded up, below zero down.
    """
    if len(values) < FEWEST:
        return None
    ordered = np.sort(np.asarray(values, dtype=np.int64))
    low, middle, high = (_quartile(ordered, quarter) for quarter in (1, 2, 3))
    return Middle(len(ordered), low, middle, high)


def _quartile(ordered: Codes, quarter: int) -> int:
    """Return a quartile of numbers in order, rounded; it lies on a multiple of a quarter."""
    at, beyond = divmod(quarter * (len(ordered) - 1), 4)
    after = ordered[min(at + 1, len(ordered) - 1)]
    in_quarters = int(ordered[at]) * (4 - beyond) + int(after) * beyond
    rounded = (abs(in_quarters) + 2) // 4
    return rounded if in_quarters >= 0 else -rounded


def registration_years(rows: Rows) -> Codes:
    """Return how many years each tenant was registered, where that tells how long it takes."""
    counts = rows.has("ordering", Ordering.REGISTRATION_DURATION)
    return np.where(counts, rows.numbers("registration_years"), NO_NUMBER)


def is_dated_letting(rows: Rows) -> Flags:
    """Say of each row whether it is a letting with a month, which statistics can use."""
    return rows.has("outcome", Outcome.LET) & (rows.months("let_month") >= 0)


_STEPS = (1, 2, 3, 5, 7, 10, 15, 20)


class Lettings:
    """The lettings of the site by place and type; a place is known by its folder."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._spreads: dict[Group, GroupSpread] = {}
        self._years = registration_years(rows)
        self._responses = rows.numbers("response_count")
        self._let_year = rows.months("let_month") // 12
        self._rooms = np.minimum(rows.numbers("room_count"), MOST_ROOMS)
        self._lettings = rows.every[is_dated_letting(rows)]

    @cached_property
    def _groups(self) -> dict[Group, Indices]:
        return self._grouped(self._lettings)

    def _grouped(self, lettings: Indices) -> dict[Group, Indices]:
        """Return the lettings of the whole area, of each place, each type, and both together."""
        place, kind = self._rows.place, self._rows.dwelling_type
        groups: dict[Group, Indices] = {(None, None): lettings}
        for at, found in split(lettings, kind.codes):
            groups[None, kind.values[at]] = found
        for at, of_place in split(lettings, place.codes):
            groups[place.values[at], None] = of_place
            for of, found in split(of_place, kind.codes):
                groups[place.values[at], kind.values[of]] = found
        return groups

    def of(self, group: Group) -> GroupSpread:
        """Return what a group says, whole and divided; computed once for all languages."""
        found = self._spreads.get(group)
        if found is None:
            lettings = self._groups.get(group, NO_ROWS)
            found = self._spreads[group] = GroupSpread(
                self._spread(lettings),
                self._divided(lettings, self._let_year),
                self._divided(lettings, self._rooms),
            )
        return found

    def _divided(self, lettings: Indices, by: Codes) -> dict[int, Spread]:
        """Return the spread of each part, in order; without what is not known, and zero."""
        return {part: self._spread(found) for part, found in split(lettings, by) if part}

    def _spread(self, lettings: Indices) -> Spread:
        years, responses = known(self._years[lettings]), known(self._responses[lettings])
        found = middle_of(years)
        shorter = [(step, int((years <= step).sum())) for step in _STEPS] if found else []
        return Spread(len(lettings), found, middle_of(responses), tuple(shorter))

    def usual_in(self, year: int) -> EachUsual:
        """Return for every row what was usual in a year for dwellings like it.

        That is said of the narrowest group with enough lettings.
        """
        usual: dict[Group, Usual] = {}
        lettings = self._lettings[self._let_year[self._lettings] == year]
        for group, found in self._grouped(lettings).items():
            spread = self._spread(found)
            if spread.years is not None:
                usual[group] = Usual(*group, year, spread.years, spread.responses)
        place, kind = self._rows.place, self._rows.dwelling_type
        kinds = [*kind.values, None]  # where -1 leads, the code of no type
        alike, codes = np.unique(place.codes * len(kinds) + kind.codes + 1, return_inverse=True)
        at, of = np.divmod(alike, len(kinds))
        pairs = zip(at.tolist(), (of - 1).tolist(), strict=True)
        narrowest = [self._narrowest(usual, place.values[at], kinds[of]) for at, of in pairs]
        return EachUsual(narrowest, codes)

    def _narrowest(
        self, usual: Mapping[Group, Usual], place: str, kind: str | None
    ) -> Usual | None:
        groups: list[Group] = [(place, kind), (place, None), (None, kind), (None, None)]
        return next((usual[group] for group in groups if group in usual), None)
