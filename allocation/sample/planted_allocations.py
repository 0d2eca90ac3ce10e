"""Irregularities of the new tenant and the allocation: ELI-1 to ELI-5, ALL-1 to ALL-6, INT-1.

Each function plants one on a letting and notes every rule that it breaks.
Written from the words of the rules, not from their code.
"""

from __future__ import annotations

import numpy as np

from allocation.sample.calendar import DAY, HOUR, years_of
from allocation.sample.figures import DAEB_INCOME, LOW_INCOME_PENSION, Array, rent_in, year_row
from allocation.sample.garden import Garden, Kind, Letting, Relation
from allocation.sample.marks import describe
from allocation.sample.ranking import facts_of
from allocation.sample.seekers import FIRST_URGENT
from allocation.sample.workbench import (
    Bench,
    lay_open,
    place_from,
    relet,
    row_place,
    write_allocation,
)
from allocation.sample.world import NONE, PULLED, RESPONDED

ABOVE_EVERY_CAP = 80_000
"""Cents a month: above the high cap of every year once set back to that year."""

# Terms of an advert, and what the new tenant tells instead of keeping to them.
_SIZES = (("max_size", 2, 3), ("min_size", 2, 1), ("max_size", 4, 5))
_AGES = (("min_age", 55, 52), ("max_age", 27, 31), ("min_age", 23, 21), ("min_age", 30, 29))
_INCOMES = (("max_income", 3_800_000, 3_910_000), ("max_income", 4_200_000, 4_260_000))


def too_large(garden: Garden, letting: Letting, turn: int) -> bool:
    """ELI-1: the household does not have the size that the advert asks."""
    return _outside(garden, letting, turn, "size", _SIZES, ("min_size", "max_size"), "ELI-1")


def wrong_age(garden: Garden, letting: Letting, turn: int) -> bool:
    """ELI-2: the new tenant does not have the age that the advert asks."""
    return _outside(garden, letting, turn, "age", _AGES, ("min_age", "max_age"), "ELI-2")


def wrong_income(garden: Garden, letting: Letting, turn: int) -> bool:
    """ELI-3: the new tenant does not have the income that the advert asks."""
    bounds = ("min_income", "max_income")
    return _outside(garden, letting, turn, "income", _INCOMES, bounds, "ELI-3")


def _outside(
    garden: Garden,
    letting: Letting,
    turn: int,
    fact: str,
    terms: tuple[tuple[str, int, int], ...],
    bounds: tuple[str, str],
    rule: str,
) -> bool:
    """Let an advert by new terms, and have the tenant turn out not to meet them."""
    if garden.drawn(letting):
        return False
    world, advert = garden.world, letting[0]
    saved = garden.save(letting)
    for shift in range(len(terms)):
        term, bound, told = terms[(turn + shift) % len(terms)]
        for name in bounds:
            getattr(world.adverts, name)[advert] = NONE
        getattr(world.adverts, term)[advert] = bound
        bench = relet(world, garden.rng, *letting)
        if bench is None:
            continue
        own = garden.own_row(letting)
        world.set_override(fact, own, told)
        if garden.hindered(bench, own):
            garden.put_back(saved)
            continue
        _retell(garden, bench, own)
        rules = [rule, "RNK-2"]
        if turn % 2:
            lay_open(world, *letting)
        else:
            rules.append("RNK-1")
        return garden.wrong(letting, f"the tenant's {fact} is outside the terms", *rules)
    return garden.put_back(saved)


def _retell(garden: Garden, bench: Bench, row: int) -> None:
    """Write on the allocation what the response now tells."""
    world, lets = garden.world, garden.world.allocations
    at = bench.at[row]
    bench.facts = facts_of(world, bench.rows, np.full(len(bench.rows), bench.advert))
    write_allocation(world, bench, at, int(lets.day[bench.allocation]))


def _without_incomes(garden: Garden, advert: int) -> None:
    garden.world.adverts.min_income[advert] = NONE
    garden.world.adverts.max_income[advert] = NONE


def above_limit(garden: Garden, letting: Letting, turn: int) -> bool:
    """ELI-4: a social dwelling went to an income above the limit of that year."""
    world = garden.world
    if not world.dwellings.daeb[world.allocations.home[letting[1]]]:
        return False
    saved = garden.save(letting)
    _without_incomes(garden, letting[0])
    bench = relet(world, garden.rng, *letting)
    if bench is None:
        return garden.put_back(saved)
    own = garden.own_row(letting)
    several = int(world.allocations.size[letting[1]] > 1)
    limit = int(DAEB_INCOME[year_row(np.array([garden.year_of(letting)]))[0], several])
    world.set_override("income", own, limit + (100, 60_000, 930_000)[turn % 3])
    _retell(garden, bench, own)
    return garden.wrong(letting, "income above the limit of the year", "ELI-4")


def not_appropriate(garden: Garden, letting: Letting, turn: int) -> bool:
    """ELI-5: a low income got a dwelling whose rent is above the cap of that year."""
    world, home = garden.world, int(garden.world.allocations.home[letting[1]])
    if not world.dwellings.daeb[home]:
        return False
    saved = garden.save(letting)
    _without_incomes(garden, letting[0])

    def poor(bench: Bench, places: Array) -> int:
        low = int(LOW_INCOME_PENSION[0, 0])
        fits = places[bench.facts.income[bench.order[places]] <= low]
        return int(fits[0]) if len(fits) and fits[0] <= 12 else NONE

    if relet(world, garden.rng, *letting, poor) is None:
        return garden.put_back(saved)
    world.dwellings.rent[home] = ABOVE_EVERY_CAP + turn % 40 * 100
    year = np.array([garden.year_of(letting)])
    world.allocations.rent[letting[1]] = int(rent_in(world.dwellings.rent[[home]], year)[0])
    world.allocations.fitting[letting[1]] = "not_appropriate"
    return garden.wrong(letting, "rent above the cap for a low income", "ELI-5")


def stranger(garden: Garden, letting: Letting, turn: int) -> bool:
    """ALL-1: the new tenant never responded to the advert."""
    world, advert, i = garden.world, letting[0], letting[1]
    saved = garden.save(letting)
    bench = lay_open(world, *letting)
    responded = set(world.responses.who[bench.rows].tolist())
    lets = world.allocations
    for who in garden.rng.integers(0, len(world.seekers), 80).tolist():
        if who in responded or who in world.taken:
            continue
        if world.seekers.registered[who] >= lets.day[i] - 60:
            continue
        row = garden.own_row(letting)
        former = int(world.responses.who[row])
        world.responses.who[row] = who
        facts = facts_of(world, np.array([row]), np.array([advert]))
        fine = not garden.hindered(bench, row) and facts.kind[0] < FIRST_URGENT
        told = describe(world, facts, np.array([9]), np.array([bench.home]), lets.day[[i]])
        world.responses.who[row] = former
        if not fine:
            continue
        for name, value in told.items():
            getattr(lets, name)[i] = value[0]
        lets.row[i], lets.who[i] = NONE, who
        world.taken.discard(former)
        world.taken.add(who)
        _undo_offers(garden, bench)
        return garden.wrong(letting, "the tenant never responded", "ALL-1", "RNK-2")
    return garden.put_back(saved)


def _undo_offers(garden: Garden, bench: Bench) -> None:
    """Take back every offer of the advert, and what the responses tell of them."""
    world = garden.world
    listed = bench.listed
    world.responses.status[listed], world.responses.reason[listed] = RESPONDED, NONE
    world.offers.keep(np.flatnonzero(world.offers.advert != bench.advert))


def pulled_advert(garden: Garden, letting: Letting, turn: int) -> bool:
    """ALL-2: let although the advert had been withdrawn."""
    adverts, advert = garden.world.adverts, letting[0]
    adverts.fate[advert] = PULLED
    adverts.detail[advert] = ("renovation", "incorrect_data", "other_use")[turn % 3]
    adverts.ends[advert] = adverts.ends[advert] - 2 * DAY
    return garden.wrong(letting, "let from a withdrawn advert", "ALL-2")


def two_dwellings(garden: Garden, letting: Letting, turn: int) -> bool:
    """ALL-3: one home-seeker got two dwellings, or one dwelling was allocated twice."""
    lets = garden.world.allocations
    if turn % 3 == 2:
        lets.extend(lets.take(np.array([letting[1]])))
        lets.day[-1] += 1
        lets.lease[-1] = max(int(lets.lease[-1]), int(lets.day[-1]))
        return garden.wrong(letting, "the dwelling was allocated twice", "ALL-3")
    for other in garden.pool[-200:]:
        if other == letting or other[0] in garden.used:
            continue
        if abs(int(lets.day[other[1]]) - int(lets.day[letting[1]])) > 280:
            continue
        if _second_dwelling(garden, letting, other):
            garden.pool.remove(other)
            garden.used.add(other[0])
            what = "one home-seeker got two dwellings within a year"
            garden.wrong(other, what, "ALL-3")
            return garden.wrong(letting, what, "ALL-3")
    return False


def _second_dwelling(garden: Garden, letting: Letting, other: Letting) -> bool:
    """Let a second dwelling to the tenant of ``letting``, as that advert's own list allows."""
    world, responses = garden.world, garden.world.responses
    who, row = int(world.allocations.who[letting[1]]), garden.own_row(other)
    saved, former = garden.save(other), int(responses.who[row])
    moment = int(responses.at[row])
    if who in responses.who[world.row_range(other[0])].tolist():
        return False
    if world.seekers.registered[who] >= moment // DAY - 1:
        return False
    responses.who[row] = who
    bench = lay_open(world, *other)
    place = bench.place_of(row)
    own = garden.own_row(letting)
    moments = (moment, int(responses.at[own]))
    crowded = any(len(garden.open_at(who, at)) > 3 for at in moments)
    fits = 0 <= place <= 12 and not crowded and not garden.hindered(bench, row)
    if not fits or relet(world, garden.rng, *other, row_place(row)) is None:
        garden.put_back(saved)
        world.taken |= {who, former}
        return False
    if abs(int(world.allocations.day[other[1]]) - int(world.allocations.day[letting[1]])) > 360:
        garden.put_back(saved)
        world.taken |= {who, former}
        return False
    world.taken.add(who)
    return True


def one_pair_of_eyes(garden: Garden, letting: Letting, turn: int) -> bool:
    """ALL-4: handled and approved by one person, or by nobody."""
    lets, i = garden.world.allocations, letting[1]
    if turn % 3 == 0:
        lets.approver[i] = lets.handler[i]
    elif turn % 3 == 1:
        lets.approver[i] = NONE
    else:
        lets.handler[i] = NONE
    return garden.wrong(letting, "not handled and approved by two people", "ALL-4")


def disordered_dates(garden: Garden, letting: Letting, turn: int) -> bool:
    """ALL-5: the lease before the allocation, the offer before closing, or the like."""
    world, lets, i = garden.world, garden.world.allocations, letting[1]
    if turn % 3 == 0:
        lets.lease[i] = lets.day[i] - 1 - turn % 9
        return garden.wrong(letting, "the lease starts before the allocation", "ALL-5")
    world.touch(letting[0])
    if turn % 3 == 1:
        if relet(world, garden.rng, *letting, place_from(0, 0)) is None:
            return False
        offer = int(np.flatnonzero(world.offers.row == garden.own_row(letting))[0])
        begin = int(world.adverts.closes[letting[0]]) - 20 * HOUR
        world.offers.offered[offer], world.offers.answered[offer] = begin, begin + 5 * HOUR
        world.offers.expires[offer] = begin + 2 * DAY
        return garden.wrong(letting, "offered before the advert closed", "ALL-5")
    offer = int(np.flatnonzero(world.offers.row == garden.own_row(letting))[0])
    early = int(world.offers.answered[offer]) // DAY - 2
    if early < int(world.adverts.closes[letting[0]]) // DAY or years_of(
        np.array([early])
    ) != garden.year_of(letting):
        return False
    lets.day[i] = early
    return garden.wrong(letting, "allocated before the answer", "ALL-5")


def without_ground(garden: Garden, number: int) -> int:
    """ALL-6: direct lettings without an agreed ground, or without an approver."""
    world, lets = garden.world, garden.world.allocations
    direct = (lets.advert == NONE) & ~lets.sale & (lets.day <= world.last_day - 2)
    found = garden.rng.permutation(np.flatnonzero(direct & (lets.ground == "other")))
    others = garden.rng.permutation(np.flatnonzero(direct & (lets.ground == "status_holder")))
    found = np.concatenate([found, others])[:number]
    for turn, i in enumerate(found.tolist()):
        if turn % 3 == 0:
            lets.ground[i] = "none"
        elif turn % 3 == 1:
            lets.approver[i] = NONE
        else:
            lets.ground[i] = None
        garden.wrong((NONE, i), "direct letting without ground or approver", "ALL-6")
    return len(found)


def own_relative(garden: Garden, letting: Letting, turn: int) -> bool:
    """INT-1: handled, approved or offered by the employee to whom the tenant is related."""
    world, lets, i = garden.world, garden.world.allocations, letting[1]
    world.touch(letting[0])
    mine = np.flatnonzero(world.offers.row == garden.own_row(letting))
    if turn % 3 == 0:
        employee = int(lets.handler[i])
    elif turn % 3 == 1 or not len(mine):
        employee = int(lets.approver[i])
    else:
        involved = {int(lets.handler[i]), int(lets.approver[i])}
        employee = next(n for n in range(world.employees) if n not in involved)
        world.offers.handler[mine] = employee
    kinship = ("sibling", "child", "partner", "in_law", "friend")[turn % 5]
    garden.relations.append(Relation(i, employee, kinship))
    return garden.wrong(letting, "handled by the employee whom the tenant is related to", "INT-1")


KINDS_OF_ALLOCATIONS: tuple[Kind, ...] = (
    Kind("ELI-5", not_appropriate, 3),
    Kind("ALL-3", two_dwellings, 2),
    Kind("ELI-2", wrong_age, 3),
    Kind("ELI-3", wrong_income, 3),
    Kind("ELI-1", too_large, 3),
    Kind("ELI-4", above_limit, 2),
    Kind("ALL-1", stranger),
    Kind("ALL-5", disordered_dates),
    Kind("ALL-2", pulled_advert),
    Kind("INT-1", own_relative),
    Kind("ALL-4", one_pair_of_eyes),
)
