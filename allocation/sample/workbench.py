"""One advert at a time: change its terms and let the office decide anew.

Decides what follows when a single letting is rewritten, so that a planted
case or irregularity stands in an otherwise true advert.  It changes nothing
outside the advert, and puts everything back when no honest letting comes of
the new terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from allocation.sample import choices
from allocation.sample.calendar import DAY, HOUR
from allocation.sample.figures import Array
from allocation.sample.marks import describe, hindrances
from allocation.sample.ranking import Facts, facts_of, rank_rows
from allocation.sample.seekers import EMPLOYEE, FIRST_URGENT
from allocation.sample.simulation import OFFER_EVERY, OFFER_OPEN
from allocation.sample.world import (
    ALLOCATED,
    CONDITIONS_NOT_MET,
    LEASE_SIGNED,
    NO_ANSWER,
    NONE,
    REJECTED,
    RESPONDED,
    WITHDRAWN,
    World,
)

Pick = Callable[["Bench", Array], int]
"""Chooses a place (0 is first in rank) among the places where a letting is possible, or -1."""

MOST_OFFERS = 8


@dataclass(slots=True)
class Bench:
    """One advert laid open: its rows, what they tell, and the list in order of rank."""

    advert: int
    home: int
    allocation: int
    rows: Array
    facts: Facts
    klass: Array
    order: Array
    able: Array
    key: Array
    at: dict[int, int]

    @property
    def listed(self) -> Array:
        """The response rows of the eligible, first in rank first."""
        return self.rows[self.order]

    def tied(self, one: int, other: int) -> bool:
        """Tell whether two places are a tie, in which either may come first."""
        a, b = self.order[one], self.order[other]
        return bool(self.klass[a] == self.klass[b] and self.key[a] == self.key[b])

    def place_of(self, row: int) -> int:
        """Return the place of a response in the order, or -1."""
        found = np.flatnonzero(self.listed == row)
        return int(found[0]) if len(found) else NONE


def lay_open(world: World, advert: int, allocation: int) -> Bench:
    """Rank the advert by its present terms and write rank and lots on its responses."""
    rows = world.row_range(advert)
    facts = facts_of(world, rows, np.full(len(rows), advert))
    ranking = rank_rows(world, rows, facts)
    world.responses.rank[rows], world.responses.lot[rows] = ranking.rank, ranking.lot
    order = ranking.order[ranking.eligible[ranking.order]]
    home = int(world.allocations.home[allocation])
    hindrance = hindrances(world, facts, np.full(len(rows), home))
    who = world.responses.who[rows]
    current = int(world.allocations.who[allocation])
    free = np.array([w == current or w not in world.taken for w in who.tolist()], bool)
    able = (hindrance == 0) & free & (facts.origin != EMPLOYEE) & (facts.kind < FIRST_URGENT)
    at = {row: i for i, row in enumerate(rows.tolist())}
    return Bench(advert, home, allocation, rows, facts, ranking.klass, order, able, ranking.key, at)


def first_able(bench: Bench, places: Array) -> int:
    """Choose the first in rank to whom the dwelling can be let."""
    return int(places[0]) if len(places) else NONE


def place_from(least: int, most: int = 10**9) -> Pick:
    """Return a choice of the first possible place from ``least`` on, ``most`` included."""

    def pick(bench: Bench, places: Array) -> int:
        fitting = places[(places >= least) & (places <= most)]
        return int(fitting[0]) if len(fitting) else NONE

    return pick


def row_place(row: int) -> Pick:
    """Return a choice of one response, wherever it stands."""

    def pick(bench: Bench, places: Array) -> int:
        return bench.place_of(row)

    return pick


def relet(  # noqa: PLR0913
    world: World,
    rng: np.random.Generator,
    advert: int,
    allocation: int,
    pick: Pick = first_able,
    *,
    silent: bool = False,
    quick: bool = False,
    on_day: int | None = None,
) -> Bench | None:
    """Let the advert anew by its present terms; None, and nothing changed, if that fails.

    ``silent``: nobody ahead of the new tenant is offered anything or told why.
    ``quick``: those ahead are passed over with a reason but without an offer.
    ``on_day``: the offer to the tenant and the letting are of that day.
    """
    saved = snapshot(world, advert, allocation)
    bench = lay_open(world, advert, allocation)
    places = np.flatnonzero(bench.able[bench.order])
    place = pick(bench, places)
    if place == NONE:
        restore(world, saved)
        return None
    _forget(world, bench)
    if not silent:
        _pass_over(world, rng, bench, place, quick or on_day is not None)
    _let(world, rng, bench, place, on_day)
    world.taken.discard(int(saved.allocation["who"][0]))
    world.taken.add(int(world.allocations.who[allocation]))
    return bench


def _forget(world: World, bench: Bench) -> None:
    """Undo what was decided: statuses, reasons and offers of the advert."""
    responses, starts = world.responses, int(world.adverts.starts[bench.advert])
    rows = bench.rows
    kept = rows[responses.status[rows] != WITHDRAWN]
    responses.status[kept], responses.reason[kept] = RESPONDED, NONE
    responses.since[kept] = responses.at[kept]
    unmet = kept[responses.rank[kept] == NONE]
    responses.status[unmet], responses.reason[unmet] = REJECTED, CONDITIONS_NOT_MET
    responses.since[unmet] = np.maximum(starts, responses.at[unmet] + HOUR)
    world.offers.keep(np.flatnonzero(world.offers.advert != bench.advert))


def _pass_over(
    world: World, rng: np.random.Generator, bench: Bench, place: int, quick: bool
) -> None:
    """Record for everyone ahead why they were passed over; the nearest by an offer."""
    responses = world.responses
    starts = int(world.adverts.starts[bench.advert])
    ahead = bench.listed[:place]
    if not len(ahead):
        return
    none = np.zeros(len(ahead), np.int64)
    choice = choices.choose(rng, none, none.astype(bool))
    choice[MOST_OFFERS:] = choices.NOT_OFFERED
    if quick:
        choice[:] = choices.NOT_OFFERED
    responses.status[ahead], responses.reason[ahead] = REJECTED, NO_ANSWER
    responses.since[ahead] = starts - 30 * 60
    for turn, at in enumerate(np.flatnonzero(choice != choices.NOT_OFFERED).tolist()):
        made = choices.CHOICES[int(choice[at])]
        row = int(ahead[at])
        offer = add_offer(world, bench, row, turn, int(choice[at]), rng)
        responses.status[row] = made.response_status
        responses.reason[row] = made.response_reason
        responses.since[row] = world.offers.since[offer]


def add_offer(
    world: World,
    bench: Bench,
    row: int,
    turn: int,
    choice: int,
    rng: np.random.Generator,
    starts: int | None = None,
) -> int:
    """Add an offer in a round of its own; return its index."""
    adverts = world.adverts
    begin = int(adverts.starts[bench.advert]) if starts is None else starts
    offered = begin + turn * OFFER_EVERY
    made = choices.CHOICES[choice]
    answered = offered + int(rng.integers(600, 5 * HOUR)) if made.answered else NONE
    expires = offered + OFFER_OPEN
    handler, approver = int(adverts.handler[bench.advert]), int(adverts.approver[bench.advert])
    world.offers.extend(
        {
            "advert": [bench.advert],
            "home": [bench.home],
            "row": [row],
            "who": [int(world.responses.who[row])],
            "offered": [offered],
            "expires": [expires],
            "answered": [answered],
            "outcome": [choice],
            "since": [expires if answered == NONE else answered],
            "handler": [handler],
            "approver": [approver if made.vague else NONE],
            "bare": [False],
        }
    )
    return len(world.offers.advert) - 1


def _let(
    world: World, rng: np.random.Generator, bench: Bench, place: int, on_day: int | None
) -> None:
    """Offer the dwelling to the one at ``place`` and write the allocation."""
    responses, adverts, lets = world.responses, world.adverts, world.allocations
    row = int(bench.listed[place])
    made = world.offers.advert == bench.advert
    starts = None
    if on_day is not None:
        starts = on_day * DAY + 8 * HOUR
    turn = int(made.sum()) if starts is None else 0
    offer = add_offer(world, bench, row, turn, choices.ACCEPTED, rng, starts)
    answered = int(world.offers.answered[offer])
    day = answered // DAY + (0 if on_day is not None else int(rng.integers(0, 6)))
    moment = max(day * DAY + 11 * HOUR, answered)
    world.offers.since[offer] = moment
    responses.status[row], responses.reason[row] = ALLOCATED, LEASE_SIGNED
    responses.since[row] = moment
    adverts.ends[bench.advert] = moment
    at = int(bench.order[place])
    write_allocation(world, bench, at, day)
    lets.lease[bench.allocation] = day + int(rng.integers(1, 31))


def write_allocation(world: World, bench: Bench, at: int, day: int) -> None:
    """Write who got the dwelling, as told by the response at position ``at`` of the bench."""
    lets, i = world.allocations, bench.allocation
    mine = bench.facts.pick(np.array([at]))
    told = describe(world, mine, bench.klass[at : at + 1], np.array([bench.home]), np.array([day]))
    row = int(bench.rows[at])
    told |= {"row": [row], "who": [int(world.responses.who[row])], "day": [day]}
    for name, value in told.items():
        getattr(lets, name)[i] = value[0]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of one advert, to go back to."""

    advert: int
    index: int
    rows: Array
    terms: dict[str, Any]
    responses: dict[str, Array]
    allocation: dict[str, Array]
    offers: dict[str, Array]
    overrides: dict[str, dict[int, int]]


def snapshot(world: World, advert: int, allocation: int) -> Snapshot:
    """Remember one advert as it is."""
    world.touch(advert)
    rows = world.row_range(advert)
    responses = world.responses
    names = type(responses).__dataclass_fields__
    return Snapshot(
        advert,
        allocation,
        rows,
        {k: v[0] for k, v in world.adverts.take(np.array([advert])).items()},
        {name: getattr(responses, name)[rows].copy() for name in names},
        {k: v.copy() for k, v in world.allocations.take(np.array([allocation])).items()},
        world.offers.take(np.flatnonzero(world.offers.advert == advert)),
        {name: dict(values) for name, values in world.overrides.items()},
    )


def restore(world: World, saved: Snapshot) -> None:
    """Put an advert back as it was remembered."""
    for name, value in saved.terms.items():
        getattr(world.adverts, name)[saved.advert] = value
    for name, values in saved.responses.items():
        getattr(world.responses, name)[saved.rows] = values
    world.taken.discard(int(world.allocations.who[saved.index]))
    for name, values in saved.allocation.items():
        getattr(world.allocations, name)[saved.index] = values[0]
    world.taken.add(int(world.allocations.who[saved.index]))
    world.offers.keep(np.flatnonzero(world.offers.advert != saved.advert))
    world.offers.extend(saved.offers)
    world.overrides = {name: dict(values) for name, values in saved.overrides.items()}
