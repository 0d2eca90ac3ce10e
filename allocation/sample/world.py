"""The fictional world as numbers: adverts, responses, offers, allocations.

Decides how the facts are held while they are made: one array per field, an
index for each thing, -1 for "none".  The world runs past the last night; a
night is what of it can be seen at its end.  Holds no decisions of the office.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from allocation.sample.figures import Array
from allocation.sample.places import Dwellings
from allocation.sample.seekers import Seekers

NONE = -1

ORDERINGS = ("registration_duration", "lottery", "points", "first_responder", "other")
DURATION, LOTTERY, POINTS, FIRST, OTHER = range(5)

RESPONSE_STATUS = (
    "responded", "offered", "declined", "rejected", "allocated", "withdrawn",
)  # fmt: skip
RESPONDED, OFFERED, DECLINED, REJECTED, ALLOCATED, WITHDRAWN = range(6)

RESPONSE_REASON = (
    "no_interest", "offer_declined", "no_answer", "unsuitable", "data_incorrect",
    "conditions_not_met", "offer_made", "lease_signed",
)  # fmt: skip
NO_INTEREST, OFFER_DECLINED, NO_ANSWER, UNSUITABLE, DATA_INCORRECT = range(5)
CONDITIONS_NOT_MET, OFFER_MADE, LEASE_SIGNED = range(5, 8)

# What an advert comes to.
LET, NOT_LET, PULLED, MANUAL, SOLD, SPARE = range(6)


class Records:
    """Mixed into the array classes: picking and joining whole records."""

    __slots__ = ()

    def _arrays(self) -> dict[str, Array]:
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]

    def take(self, where: Array) -> dict[str, Array]:
        """Return every field at the given places."""
        return {name: values[where] for name, values in self._arrays().items()}

    def keep(self, where: Array) -> None:
        """Keep only the records at the given places."""
        for name, values in self.take(where).items():
            setattr(self, name, values)

    def extend(self, more: dict[str, Any]) -> None:
        """Add records; each value is an array of the same length."""
        for name, values in self._arrays().items():
            added = np.asarray(more[name], values.dtype)
            setattr(self, name, np.concatenate([values, added]))


@dataclass(slots=True)
class Adverts(Records):
    """One entry per publication; times in UTC seconds, incomes in cents, bounds -1 for none."""

    week: Array
    village: Array
    opens: Array
    closes: Array
    model: Array
    ordering: Array
    seed: Array
    seed_delivered: Array
    min_size: Array
    max_size: Array
    min_age: Array
    max_age: Array
    min_income: Array
    max_income: Array
    pattern: Array
    parallel: Array
    label: Array
    count_given: Array
    count_error: Array
    ranks_given: Array
    fate: Array
    detail: Array
    starts: Array
    ends: Array
    handler: Array
    approver: Array
    first_home: Array
    homes: Array
    first_row: Array
    rows: Array

    def __len__(self) -> int:
        return len(self.opens)


@dataclass(slots=True)
class Responses:
    """One entry per response; ``advert`` is derived from the adverts' row ranges.

    ``since`` is the moment from which ``status`` and ``reason`` can be seen.
    """

    who: Array
    at: Array
    rank: Array
    lot: Array
    status: Array
    reason: Array
    since: Array


@dataclass(slots=True)
class Offers(Records):
    """One entry per offer; ``since`` is the moment from which the answer can be seen."""

    advert: Array
    home: Array
    row: Array
    who: Array
    offered: Array
    expires: Array
    answered: Array
    outcome: Array
    since: Array
    handler: Array
    approver: Array
    bare: Array


@dataclass(slots=True)
class Allocations(Records):
    """One entry per allocation; ``day`` and ``lease`` in days, money in cents.

    ``row`` is the tenant's response and ``advert`` the publication, or -1.
    """

    sale: Array
    home: Array
    advert: Array
    row: Array
    who: Array
    day: Array
    lease: Array
    rent: Array
    size: Array
    income: Array
    pension: Array
    target: Array
    additional: Array
    kind: Array
    detail: Array
    fitting: Array
    fitting_detail: Array
    ground: Array
    protected: Array
    handler: Array
    approver: Array

    def __len__(self) -> int:
        return len(self.home)


@dataclass(slots=True)
class Earlier:
    """What the nights before the last one held otherwise."""

    registered: dict[int, int] = field(default_factory=dict)
    ranks: dict[int, int] = field(default_factory=dict)
    conditions: dict[int, dict[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """Everything that is true in the fictional office, past the last night too.

    ``settled`` holds the offers as simulated, by advert; an advert that is
    ``touched`` has its offers in ``offers`` instead, where they are few enough
    to be rewritten one by one.
    """

    seed: int
    first_day: int
    last_day: int
    nights: tuple[int, ...]
    employees: int
    dwellings: Dwellings
    seekers: Seekers
    adverts: Adverts
    homes: Array
    responses: Responses
    settled: Offers
    offers: Offers
    allocations: Allocations
    patterns: list[str]
    touched: set[int] = field(default_factory=set)
    base_rows: int = 0
    extra_rows: int = 0
    extra_advert: list[int] = field(default_factory=list)
    overrides: dict[str, dict[int, int]] = field(default_factory=dict)
    earlier: Earlier = field(default_factory=Earlier)
    taken: set[int] = field(default_factory=set)

    def row_range(self, advert: int) -> Array:
        """Return the response rows of one advert, in ascending order."""
        first = int(self.adverts.first_row[advert])
        rows = np.arange(first, first + int(self.adverts.rows[advert]))
        more = [self.base_rows + i for i, owner in enumerate(self.extra_advert) if owner == advert]
        return np.concatenate([rows, np.array(more, np.int64)])

    def touch(self, advert: int) -> None:
        """Move the offers of an advert to where they can be rewritten."""
        if advert in self.touched:
            return
        self.touched.add(advert)
        first, last = np.searchsorted(self.settled.advert, [advert, advert + 1])
        self.offers.extend(self.settled.take(np.arange(first, last)))

    def all_offers(self) -> dict[str, Array]:
        """Return every offer, by advert and moment."""
        untouched = ~np.isin(self.settled.advert, sorted(self.touched))
        joined = Offers(**self.settled.take(untouched))
        joined.extend(self.offers.take(np.arange(len(self.offers.advert))))
        return joined.take(np.lexsort((joined.row, joined.offered, joined.advert)))

    def set_override(self, name: str, row: int, value: int) -> None:
        """Let one response tell another value than its home-seeker has."""
        self.overrides.setdefault(name, {})[row] = value


def response_id(row: int) -> str:
    """Return the id of a response."""
    return f"R{row + 1:08d}"
