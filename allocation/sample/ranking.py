"""How the fictional office puts the responses to its adverts in order.

Decides who is eligible and who stands where, once, for the whole sample.  It
shares no code with the rules that check a ranking: only the vocabulary.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import numpy as np

from allocation.sample.calendar import DAY, ages_on
from allocation.sample.figures import Array
from allocation.sample.runs import place_within
from allocation.sample.seekers import KINDS, priority_of
from allocation.sample.world import (
    FIRST,
    LOTTERY,
    NONE,
    POINTS,
    WITHDRAWN,
    Adverts,
    World,
    response_id,
)

NO_BOUND = -1


@dataclass(slots=True)
class Facts:
    """What the responses tell, one entry per row; ``advert`` gives the advert of each."""

    advert: Array
    registered: Array
    origin: Array
    size: Array
    age: Array
    income: Array
    income_known: Array
    kind: Array
    points: Array

    def pick(self, where: Array) -> Facts:
        """Return the facts of some of the rows."""
        return Facts(*(getattr(self, f.name)[where] for f in fields(self)))


@dataclass(slots=True)
class Ranking:
    """``order`` lists positions by advert and rank; ``rank`` and ``lot`` are -1 where none.

    Equal ``klass`` and ``key`` within an advert is a tie.
    """

    order: Array
    eligible: Array
    klass: Array
    key: Array
    rank: Array
    lot: Array


def facts_of(world: World, rows: Array, advert: Array) -> Facts:
    """Gather what responses tell; ``rows`` ascend, ``advert`` gives the advert of each."""
    seekers, adverts = world.seekers, world.adverts
    who = world.responses.who[rows]
    judged = np.where(adverts.closes[advert] == NONE, adverts.opens[advert], adverts.closes[advert])
    bounded = (adverts.min_income[advert] != NONE) | (adverts.max_income[advert] != NONE)
    facts = Facts(
        advert=advert,
        registered=seekers.registered[who],
        origin=seekers.origin[who],
        size=seekers.size[who],
        age=ages_on(judged // DAY, seekers.born[who]),
        income=seekers.income[who],
        income_known=~seekers.income_hidden[who] | bounded,
        kind=priority_of(seekers, who, adverts.village[advert]),
        points=seekers.points[who],
    )
    for name, values in world.overrides.items():
        _override(facts, name, values, rows)
    return facts


def _override(facts: Facts, name: str, values: dict[int, int], rows: Array) -> None:
    keys = np.array(sorted(values), np.int64)
    keys = keys[(keys >= rows[0]) & (keys <= rows[-1])] if len(rows) else keys[:0]
    if not len(keys):
        return
    at = np.searchsorted(rows, keys)
    hit = rows[at] == keys
    getattr(facts, name)[at[hit]] = [values[int(key)] for key in keys[hit]]
    if name == "income":
        facts.income_known[at[hit]] = True


def rank_rows(world: World, rows: Array, facts: Facts) -> Ranking:
    """Put responses in order per advert; ``rows`` ascend and so do their adverts."""
    adverts, responses = world.adverts, world.responses
    advert, at = facts.advert, responses.at[rows].astype(np.int64)
    eligible = (responses.status[rows] != WITHDRAWN) & _in_time(adverts, advert, at)
    eligible &= _meets_conditions(adverts, facts)
    klass = _classes(world, facts)
    lot = _draw(world, rows, advert, eligible)
    ordering = adverts.ordering[advert]
    key = facts.registered.astype(np.int64) + 100_000
    key = np.where(ordering == LOTTERY, lot, key)
    key = np.where(ordering == POINTS, 1_000_000 - facts.points, key)
    key = np.where(ordering == FIRST, at, key)
    order = np.lexsort((key, klass, ~eligible, advert))
    rank = np.full(len(rows), NONE, np.int64)
    rank[order] = place_within(advert[order]) + 1
    rank[~eligible] = NONE
    return Ranking(order, eligible, klass, key, rank, np.where(eligible, lot, NONE))


def _in_time(adverts: Adverts, advert: Array, at: Array) -> Array:
    closes = adverts.closes[advert]
    return (at >= adverts.opens[advert]) & ((closes == NONE) | (at <= closes))


def _meets_conditions(adverts: Adverts, facts: Facts) -> Array:
    """Compare with the advert's bounds, which are inclusive; no bound, no condition."""
    met = np.ones(len(facts.advert), bool)
    for low, high, value in (
        (adverts.min_size, adverts.max_size, facts.size),
        (adverts.min_age, adverts.max_age, facts.age),
        (adverts.min_income, adverts.max_income, facts.income),
    ):
        least, most = low[facts.advert], high[facts.advert]
        met &= (least == NO_BOUND) | (value >= least)
        met &= (most == NO_BOUND) | (value <= most)
    return met


def _classes(world: World, facts: Facts) -> Array:
    """Return the place of each response's first matching priority entry; none comes last."""
    klass = np.zeros(len(facts.advert), np.int64)
    pattern = world.adverts.pattern[facts.advert]
    for index in np.unique(pattern).tolist():
        entries = entries_of(world.patterns[index])
        mine = np.flatnonzero(pattern == index)
        place = np.full(len(mine), len(entries), np.int64)
        for at in reversed(range(len(entries))):
            place[_matches(entries[at], facts, mine)] = at
        klass[mine] = place
    return klass


def entries_of(pattern: str) -> list[str]:
    """Return the entries of a priority order, highest first."""
    return [entry.strip() for entry in pattern.split(">")] if pattern else []


def _matches(entry: str, facts: Facts, mine: Array) -> Array:
    if entry.startswith("age:"):
        return facts.age[mine] >= int(entry[4:])
    if entry.startswith("size:"):
        return facts.size[mine] >= int(entry[5:])
    kind, _, detail = entry.partition(".")
    fits = [k == kind and detail in ("", d) for k, d in KINDS]
    return np.array(fits)[facts.kind[mine]]


def _draw(world: World, rows: Array, advert: Array, eligible: Array) -> Array:
    """Draw lots: 1 to n among the eligible; from the seed where one is delivered.

    A draw depends on nothing but the advert and the responses, so that a
    second look at an advert finds the same lots.
    """
    lot = np.full(len(rows), NONE, np.int64)
    adverts = world.adverts
    drawn = np.flatnonzero(eligible & (adverts.ordering[advert] == LOTTERY))
    if not len(drawn):
        return lot
    ticket = _scrambled(rows[drawn], world.seed)
    seeded = np.flatnonzero(adverts.seed_delivered[advert[drawn]])
    seeds = adverts.seed[advert[drawn[seeded]]].tolist()
    numbers = rows[drawn[seeded]].tolist()
    ticket[seeded] = [_ticket(seed, row) for seed, row in zip(seeds, numbers, strict=True)]
    order = np.lexsort((ticket, advert[drawn]))
    lot[drawn[order]] = place_within(advert[drawn[order]]) + 1
    return lot


def _scrambled(numbers: Array, seed: int) -> Array:
    """Return a well-mixed 64-bit number for each number (the finalizer of SplitMix64)."""
    mixed = numbers.astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15 + 1) % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def _ticket(seed: str, row: int) -> int:
    """Return the first eight bytes of SHA-256(seed:response_id): enough to order them."""
    digest = hashlib.sha256(f"{seed}:{response_id(row)}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
