"""Irregularities of the new tenant's household: ELI-1 to ELI-5.

Each function plants one on a letting and notes every rule that it breaks.
Written from the words of the rules, not from their code.
"""

from __future__ import annotations

import numpy as np

from allocation.sample.figures import DAEB_INCOME, LOW_INCOME_PENSION, Array, rent_in, year_row
from allocation.sample.garden import Garden, Kind, Letting
from allocation.sample.ranking import facts_of
from allocation.sample.workbench import (
    Bench,
    lay_open,
    relet,
    write_allocation,
)
from allocation.sample.world import NONE

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


KINDS_OF_TENANTS: tuple[Kind, ...] = (
    Kind("ELI-5", not_appropriate, 3),
    Kind("ELI-2", wrong_age, 3),
    Kind("ELI-3", wrong_income, 3),
    Kind("ELI-1", too_large, 3),
    Kind("ELI-4", above_limit, 2),
)
