"""Irregularities of the allocation: ALL-1 to ALL-6, INT-1.

Each function plants one on a letting and notes every rule that it breaks.
Written from the words of the rules, not from their code.
"""

from __future__ import annotations

import numpy as np

from allocation.sample.calendar import DAY, HOUR, years_of
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
)
from allocation.sample.world import NONE, PULLED, RESPONDED


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
    Kind("ALL-3", two_dwellings, 2),
    Kind("ALL-1", stranger),
    Kind("ALL-5", disordered_dates),
    Kind("ALL-2", pulled_advert),
    Kind("INT-1", own_relative),
    Kind("ALL-4", one_pair_of_eyes),
)
