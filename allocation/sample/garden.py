"""What every planted irregularity needs: a letting to stand on, and a note of what is wrong.

Decides how a plant is tried, kept or put back.  It holds no irregularity
itself; those stand in the modules ``planted_…``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from allocation.sample.calendar import years_of
from allocation.sample.marks import hindrances
from allocation.sample.ranking import facts_of
from allocation.sample.workbench import Bench, Snapshot, restore, snapshot
from allocation.sample.world import DURATION, LOTTERY, NONE, WITHDRAWN, World

Letting = tuple[int, int]
"""An advert and an allocation, by index."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One verdict that a checker must reach; indices, -1 where there is none."""

    rule: str
    advert: int
    home: int
    allocation: int
    what: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A letting whose new tenant must stand in the register under an employee."""

    allocation: int
    employee: int
    kinship: str
    named: bool = False


@dataclass(slots=True)
class Garden:
    """The world under planting, the lettings still free, and everything planted so far."""

    world: World
    rng: np.random.Generator
    pool: list[Letting]
    recent: list[Letting]
    wrongs: list[Wrong] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    favour: int = NONE

    def wrong(self, letting: Letting, what: str, *rules: str) -> bool:
        """Note that a letting breaks these rules; True, so that a plant can end with it."""
        home = int(self.world.allocations.home[letting[1]])
        for rule in rules:
            self.wrongs.append(Wrong(rule, letting[0], home, letting[1], what))
        return True

    def stuck(self, advert: int, home: int) -> None:
        """Note an advert that came to nothing and says so nowhere."""
        what = "closed long ago, and no outcome recorded"
        self.wrongs.append(Wrong("PUB-6", advert, home, NONE, what))

    def own_row(self, letting: Letting) -> int:
        """Return the response of the new tenant."""
        return int(self.world.allocations.row[letting[1]])

    def save(self, letting: Letting) -> Snapshot:
        """Remember the letting, to put it back if the plant fails."""
        return snapshot(self.world, *letting)

    def put_back(self, saved: Snapshot) -> bool:
        """Undo a plant; False, so that a plant can end with it."""
        restore(self.world, saved)
        return False

    def drawn(self, letting: Letting) -> bool:
        """Tell whether the advert is ordered by lot."""
        return bool(self.world.adverts.ordering[letting[0]] == LOTTERY)

    def add_response(self, advert: int, who: int, at: int) -> int:
        """Add a response of somebody to an advert; return its row."""
        world, responses = self.world, self.world.responses
        row = world.base_rows + len(world.extra_advert)
        world.extra_advert.append(advert)
        responses.who[row], responses.at[row], responses.since[row] = who, at, at
        responses.status[row], responses.reason[row] = 0, NONE
        responses.rank[row], responses.lot[row] = NONE, NONE
        return row

    def has_room(self, rows: int) -> bool:
        """Tell whether so many responses can still be added."""
        return len(self.world.extra_advert) + rows <= self.world.extra_rows

    def open_at(self, who: int, moment: int) -> list[int]:
        """Return the adverts to which somebody has an open response at a moment."""
        world, responses = self.world, self.world.responses
        last = world.base_rows + len(world.extra_advert)
        rows = np.flatnonzero(responses.who[:last] == who)
        rows = rows[(responses.status[rows] != WITHDRAWN) & (responses.at[rows] <= moment)]
        adverts = [self.advert_of(row) for row in rows.tolist()]
        held = []
        for row, advert in zip(rows.tolist(), adverts, strict=True):
            opens, closes = world.adverts.opens[advert], world.adverts.closes[advert]
            until = closes if closes != NONE else 2**40
            if opens <= responses.at[row] <= until and opens <= moment <= until:
                held.append(advert)
        return held

    def advert_of(self, row: int) -> int:
        """Return the advert of a response."""
        world = self.world
        if row >= world.base_rows:
            return world.extra_advert[row - world.base_rows]
        found = int(np.searchsorted(world.adverts.first_row, row, side="right")) - 1
        while world.adverts.rows[found] == 0:
            found -= 1
        return found

    def hindered(self, bench: Bench, row: int) -> bool:
        """Tell whether the law now stands between a response and the dwelling."""
        facts = facts_of(self.world, np.array([row]), np.array([bench.advert]))
        return bool(hindrances(self.world, facts, np.array([bench.home]))[0])

    def year_of(self, letting: Letting) -> int:
        """Return the calendar year of the letting."""
        day = self.world.allocations.day[letting[1]]
        return int(years_of(np.array([day]))[0])

    def by_duration(self, letting: Letting) -> bool:
        """Tell whether the advert is ordered by registration duration."""
        return bool(self.world.adverts.ordering[letting[0]] == DURATION)


Plant = Callable[[Garden, Letting, int], bool]
"""Tries an irregularity on a letting; ``turn`` says the how-manieth of its kind it is."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of irregularity: its main rule, what plants it, how many responses it needs."""

    rule: str
    plant: Plant
    least_rows: int = 1
    overnight: bool = False


TRIES = 600


def grow(garden: Garden, kind: Kind, number: int) -> int:
    """Plant a kind so many times, each on a letting of its own; return how many took."""
    pool = garden.recent if kind.overnight else garden.pool
    rows = garden.world.adverts.rows
    grown = 0
    for turn in range(number):
        tried = 0
        for at in reversed(range(len(pool))):
            letting = pool[at]
            if letting[0] in garden.used or rows[letting[0]] < kind.least_rows:
                continue
            tried += 1
            if tried > TRIES:
                break
            if kind.plant(garden, letting, turn):
                pool.remove(letting)
                garden.used.add(letting[0])
                grown += 1
                break
    return grown
