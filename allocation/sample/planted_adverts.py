"""Irregularities of adverts and responses: PUB-1 to PUB-6, RSP-1, RSP-2, REG-1, REG-2.

Each function plants one on a letting and notes every rule that it breaks.
Written from the words of the rules, not from their code.
"""

from __future__ import annotations

import numpy as np

from allocation.sample.calendar import DAY, HOUR
from allocation.sample.garden import Garden, Kind, Letting
from allocation.sample.ranking import facts_of, rank_rows
from allocation.sample.schedule import WEEKS
from allocation.sample.seekers import EMPLOYEE
from allocation.sample.workbench import lay_open, relet
from allocation.sample.world import (
    DECLINED,
    DURATION,
    FIRST,
    NO_INTEREST,
    NONE,
    NOT_LET,
    SPARE,
)

NEVER = 2**31 - 1
SHORT = (3 * DAY, 5 * DAY - 60, DAY)


def short_advert(garden: Garden, letting: Letting, turn: int) -> bool:
    """PUB-1: the advert was open for less than five whole days."""
    world, advert = garden.world, letting[0]
    opens, closes = int(world.adverts.opens[advert]), int(world.adverts.closes[advert])
    length = SHORT[turn % len(SHORT)]
    if closes - opens <= length:
        return False
    rows = world.row_range(advert)
    at = world.responses.at[rows].astype(np.int64)
    inside = (at >= opens) & (at <= closes)
    moved = closes - (closes - at) * length // (closes - opens)
    world.responses.at[rows[inside]] = moved[inside]
    world.adverts.opens[advert] = closes - length
    return garden.wrong(letting, f"open for {length / DAY:.2f} days", "PUB-1")


def late_response(garden: Garden, letting: Letting, turn: int) -> bool:
    """PUB-2: a response from after closing got a rank, or even the dwelling."""
    if garden.drawn(letting):
        return False
    world, advert, own = garden.world, letting[0], garden.own_row(letting)
    saved = garden.save(letting)
    bench = lay_open(world, *letting)
    place = bench.place_of(own)
    if place == NONE or len(bench.order) < place + 3:
        return garden.put_back(saved)
    late = int(world.adverts.closes[advert]) + 2 * HOUR
    if turn % 3 == 1:
        world.responses.at[own] = late
        lay_open(world, *letting)
        return garden.wrong(letting, "let to somebody who responded too late", "PUB-2", "RNK-2")
    last = int(bench.listed[-1])
    if (world.offers.row == last).any():
        return garden.put_back(saved)
    world.responses.at[last] = world.responses.since[last] = late
    lay_open(world, *letting)
    world.responses.rank[last] = len(bench.order)
    return garden.wrong(letting, "a response after closing has a rank", "PUB-2", "RNK-1")


def double_advert(garden: Garden, letting: Letting, turn: int) -> bool:
    """PUB-3: the dwelling stood in a second advert at the same time."""
    adverts, advert = garden.world.adverts, letting[0]
    spare = np.flatnonzero(adverts.fate == SPARE)
    if not len(spare):
        return False
    for name in ("village", "opens", "closes", "model", "ordering", "handler", "approver"):
        values = getattr(adverts, name)
        values[spare[0]] = values[advert]
    adverts.opens[spare[0]] += DAY * (1 + turn % 2)
    adverts.closes[spare[0]] += DAY
    adverts.first_home[spare[0]], adverts.homes[spare[0]] = adverts.first_home[advert], 1
    adverts.fate[spare[0]] = NOT_LET
    adverts.seed[spare[0]] = None
    adverts.starts[spare[0]] = adverts.closes[spare[0]] + DAY
    adverts.ends[spare[0]] = adverts.closes[spare[0]] + 4 * DAY
    return garden.wrong(letting, "advertised twice at the same time", "PUB-3")


def changed_conditions(garden: Garden, letting: Letting, turn: int) -> bool:
    """PUB-4: after the first responses the terms changed, and the dwelling was let."""
    world, adverts, advert = garden.world, garden.world.adverts, letting[0]
    saved = garden.save(letting)
    terms: dict[str, int] = {}
    if turn % 4 == 0:
        terms["pattern"] = world.patterns.index("size:3 > size:2")
    elif turn % 4 == 1:
        terms["max_income"] = 4_200_000
    elif turn % 4 == 2:
        terms["min_size"] = 2
    else:
        terms["ordering"] = FIRST
    if garden.drawn(letting) or (turn % 4 == 3 and not garden.by_duration(letting)):
        return False
    old = {name: int(getattr(adverts, name)[advert]) for name in terms}
    if old == terms or world.row_range(advert).size == 0:
        return False
    for name, value in terms.items():
        getattr(adverts, name)[advert] = value
    adverts.starts[advert] = (int(adverts.closes[advert]) // DAY + 1) * DAY + 8 * HOUR
    if relet(world, garden.rng, *letting, on_day=world.last_day) is None:
        return garden.put_back(saved)
    world.earlier.conditions[advert] = old
    for name, value in old.items():
        getattr(adverts, name)[advert] = value
    _keep_earlier_ranks(garden, advert)
    for name, value in terms.items():
        getattr(adverts, name)[advert] = value
    changed = next(iter(terms))
    return garden.wrong(letting, f"{changed} changed after the first responses", "PUB-4")


def _keep_earlier_ranks(garden: Garden, advert: int) -> None:
    """Note the ranks by the terms of the nights before, without touching the present ones."""
    rows = garden.world.row_range(advert)
    facts = facts_of(garden.world, rows, np.full(len(rows), advert))
    ranks = rank_rows(garden.world, rows, facts).rank
    garden.world.earlier.ranks.update(zip(rows.tolist(), ranks.tolist(), strict=True))


def miscounted(garden: Garden, letting: Letting, turn: int) -> bool:
    """PUB-5: the delivered count is not the number of responses."""
    adverts = garden.world.adverts
    adverts.count_given[letting[0]] = True
    error = (1, 7, -1)[turn % 3]
    adverts.count_error[letting[0]] = error
    return garden.wrong(letting, f"delivered count differs by {error}", "PUB-5")


def stuck_adverts(garden: Garden, number: int) -> int:
    """PUB-6: closed long ago, and nothing recorded.  Not a letting: taken from those not let."""
    world, adverts = garden.world, garden.world.adverts
    shown = np.bincount(world.homes, minlength=len(world.dwellings))
    limit = (world.last_day - 66) * DAY
    fits = (adverts.fate == NOT_LET) & (adverts.homes == 1) & (adverts.closes != NONE)
    fits &= (adverts.closes < limit) & (adverts.week < WEEKS)
    found = np.flatnonzero(fits)
    home = world.homes[adverts.first_home[found]]
    found = found[(shown[home] == 1) & ~world.dwellings.parking[home]]
    found = found[np.lexsort((-adverts.closes[found], -np.minimum(adverts.rows[found], 4)))]
    for advert in found[:number].tolist():
        adverts.ends[advert] = NEVER
        home_of = int(world.homes[adverts.first_home[advert]])
        garden.stuck(advert, home_of)
    return min(number, len(found))


def too_many_responses(garden: Garden, letting: Letting, turn: int) -> bool:
    """RSP-1: the new tenant had four open responses at once."""
    world, adverts, advert = garden.world, garden.world.adverts, letting[0]
    if adverts.ordering[advert] == FIRST or not garden.has_room(3):
        return False
    own = garden.own_row(letting)
    moment = int(adverts.closes[advert]) - HOUR
    fits = (adverts.opens < moment - 2 * HOUR) & (adverts.closes > moment)
    fits &= (adverts.ordering == DURATION) & (adverts.fate != SPARE)
    other = [a for a in np.flatnonzero(fits).tolist() if a != advert and a not in garden.used]
    who = int(world.responses.who[own])
    held = garden.open_at(who, moment)
    other = [a for a in other if who not in world.responses.who[world.row_range(a)].tolist()]
    needed = 4 - len(set(held) | {advert})
    if needed > len(other) or needed < 1:
        return False
    world.responses.at[own] = moment
    chosen = garden.rng.permutation(other)[:needed].tolist()
    garden.used.update(chosen, held)
    for extra in chosen:
        at = int(garden.rng.integers(int(adverts.opens[extra]) + 60, moment))
        row = garden.add_response(extra, who, at)
        rows = world.row_range(extra)
        facts = facts_of(world, rows, np.full(len(rows), extra))
        ranking = rank_rows(world, rows, facts)
        world.responses.rank[rows] = ranking.rank
        world.responses.since[row] = max(int(adverts.starts[extra]) - HOUR, at)
        world.responses.status[row], world.responses.reason[row] = DECLINED, NO_INTEREST
    return garden.wrong(letting, "four open responses at the same moment", "RSP-1")


def double_response(garden: Garden, letting: Letting, turn: int) -> bool:
    """RSP-2: somebody stands in the list twice."""
    world, advert = garden.world, letting[0]
    if garden.drawn(letting) or not garden.has_room(1):
        return False
    saved = garden.save(letting)
    bench = lay_open(world, *letting)
    place = bench.place_of(garden.own_row(letting))
    behind = [
        row
        for row in bench.listed[place + 1 :].tolist()
        if world.responses.at[row] + 60 <= world.adverts.closes[advert]
        and not (world.offers.row == row).any()
        and int(world.responses.who[row]) not in world.taken
    ]
    if place == NONE or not behind:
        return garden.put_back(saved)
    row = behind[len(behind) // 2]
    later = int(world.responses.at[row]) + 45
    world.taken.add(int(world.responses.who[row]))
    garden.add_response(advert, int(world.responses.who[row]), later)
    lay_open(world, *letting)
    return garden.wrong(letting, "one home-seeker has two open responses", "RSP-2")


def backdated(garden: Garden, letting: Letting, turn: int) -> bool:
    """REG-1: overnight the tenant's registration moved back by years, and they came first."""
    world, adverts, advert = garden.world, garden.world.adverts, letting[0]
    if not garden.by_duration(letting):
        return False
    saved = garden.save(letting)
    adverts.starts[advert] = (int(adverts.closes[advert]) // DAY + 1) * DAY + 8 * HOUR
    if relet(world, garden.rng, *letting, on_day=world.last_day) is None:
        return garden.put_back(saved)
    own = garden.own_row(letting)
    who = int(world.responses.who[own])
    registered = int(world.seekers.registered[who])
    latest = int(world.responses.at[own]) // DAY - 2
    true_day = min(registered + 365 * (2 + turn % 8), latest)
    if true_day - registered < 200:
        return garden.put_back(saved)
    world.earlier.registered[own] = true_day
    world.set_override("registered", own, true_day)
    _keep_earlier_ranks(garden, advert)
    del world.overrides["registered"][own]
    years = (true_day - registered) / 365.25
    return garden.wrong(letting, f"registration moved back by {years:.1f} years", "REG-1")


def entered_by_employee(garden: Garden, letting: Letting, turn: int) -> bool:
    """REG-2: an employee entered the registration of the new tenant."""
    garden.world.set_override("origin", garden.own_row(letting), EMPLOYEE)
    return garden.wrong(letting, "registration entered by an employee", "REG-2")


KINDS_OF_ADVERTS: tuple[Kind, ...] = (
    Kind("REG-1", backdated, 3, overnight=True),
    Kind("PUB-4", changed_conditions, 3, overnight=True),
    Kind("RSP-1", too_many_responses, 2),
    Kind("PUB-2", late_response, 4),
    Kind("RSP-2", double_response, 3),
    Kind("PUB-3", double_advert),
    Kind("PUB-1", short_advert),
    Kind("PUB-5", miscounted, 2),
    Kind("REG-2", entered_by_employee),
)
