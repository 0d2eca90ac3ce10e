"""How long it took: what the lettings on the site say of waiting, per group.

Decides the groups (place, type of dwelling, rooms, year), the statistics (the
median and the middle half, in whole years) and when there are too few lettings
to say anything (fewer than 10).  Everything here is a function of public rows,
so that anyone can compute it again; it knows no page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median, quantiles
from typing import NamedTuple

from allocation.public import Letting
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


class GroupSpread(NamedTuple):
    """A group: all of it, by year of letting, and by rooms (``MOST_ROOMS`` or more together)."""

    whole: Spread
    by_year: dict[int, Spread]
    by_rooms: dict[int, Spread]


MOST_ROOMS = 5

Group = tuple[str | None, str | None]


def middle_of(values: Sequence[int]) -> Middle | None:
    """Return the middle of values; None for fewer than ten.

    The quartiles are those of the "inclusive" method: they interpolate between
    the values in order.  Halves are rounded up.
    """
    if len(values) < FEWEST:
        return None
    low, _, high = quantiles(values, n=4, method="inclusive")
    return Middle(len(values), _whole(low), _whole(median(values)), _whole(high))


def _whole(value: float) -> int:
    return int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))


def counts_registration(row: Letting) -> bool:
    """Say whether a letting tells how long its tenant was registered."""
    return row.registration_years is not None and row.ordering == Ordering.REGISTRATION_DURATION


def is_dated_letting(row: Letting) -> bool:
    """Say whether a row is a letting with a month, which statistics can use."""
    return row.outcome is Outcome.LET and row.let_month is not None


def spread_of(rows: Sequence[Letting]) -> Spread:
    """Return what a group of lettings says."""
    years = [row.registration_years or 0 for row in rows if counts_registration(row)]
    responses = [row.response_count for row in rows if row.response_count is not None]
    found = middle_of(years)
    return Spread(len(rows), found, middle_of(responses), _shorter(years) if found else ())


def _divided(rows: Sequence[Letting], key: Callable[[Letting], int]) -> dict[int, Spread]:
    """Return the spread of each part, in order; 0 is for what is not known and is left out."""
    parts: dict[int, list[Letting]] = defaultdict(list)
    for row in rows:
        parts[key(row)].append(row)
    return {part: spread_of(parts[part]) for part in sorted(parts) if part}


_STEPS = (1, 2, 3, 5, 7, 10, 15, 20)


def _shorter(years: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple((step, sum(1 for value in years if value <= step)) for step in _STEPS)


def _grouped(rows: Iterable[Letting], slug: Callable[[str], str]) -> dict[Group, list[Letting]]:
    """Return the rows of the whole area, of each place, of each type, and of both together."""
    groups: dict[Group, list[Letting]] = defaultdict(list)
    for row in rows:
        place, kind = slug(row.place), row.dwelling_type
        groups[None, None].append(row)
        groups[place, None].append(row)
        if kind:
            groups[None, kind].append(row)
            groups[place, kind].append(row)
    return groups


class Lettings:
    """The lettings of the site by place and type; a place is known by its slug."""

    def __init__(self, rows: Iterable[Letting], slug: Callable[[str], str]) -> None:
        self._slug = slug
        self._spreads: dict[Group, GroupSpread] = {}
        self.rows = [row for row in rows if is_dated_letting(row)]
        self.groups = _grouped(self.rows, slug)

    def of(self, group: Group) -> GroupSpread:
        """Return what a group says, whole and divided; computed once for all languages."""
        found = self._spreads.get(group)
        if found is None:
            rows = self.groups.get(group, [])
            found = self._spreads[group] = GroupSpread(
                spread_of(rows),
                _divided(rows, lambda row: row.let_month.year if row.let_month else 0),
                _divided(rows, lambda row: min(row.room_count or 0, MOST_ROOMS)),
            )
        return found

    def usual_in(self, year: int) -> UsualIn:
        """Return what was usual in a year, ready to be asked for every row."""
        rows = [row for row in self.rows if row.let_month and row.let_month.year == year]
        return UsualIn(_grouped(rows, self._slug), year, self._slug)


class UsualIn:
    """Answers what was usual in one finished year for dwellings like a given one."""

    def __init__(
        self, groups: Mapping[Group, Sequence[Letting]], year: int, slug: Callable[[str], str]
    ) -> None:
        self._slug = slug
        self._found: dict[Group, Usual] = {}
        for group, rows in groups.items():
            years = middle_of(
                [row.registration_years or 0 for row in rows if counts_registration(row)]
            )
            if years is None:
                continue
            counts = [row.response_count for row in rows if row.response_count is not None]
            self._found[group] = Usual(*group, year, years, middle_of(counts))

    def of(self, row: Letting) -> Usual | None:
        """Return the narrowest group with enough lettings; None where there is none."""
        place, kind, found = self._slug(row.place), row.dwelling_type, self._found
        narrow = found.get((place, kind)) if kind else None
        wide = found.get((None, kind)) if kind else None
        return narrow or found.get((place, None)) or wide or found.get((None, None))
