"""Lettings through an advert that must nevertheless stay hidden.

Decides which advertised dwellings went to a case that the office withholds,
one kind for each axis on which an export can tell it, the missing code
included.  These lettings follow every rule; only their codes differ.
"""

from __future__ import annotations

import numpy as np

from allocation.sample.figures import Array
from allocation.sample.seekers import FIRST_URGENT, KINDS
from allocation.sample.workbench import lay_open, relet, restore, row_place, snapshot
from allocation.sample.world import NONE, World
from allocation.vocabulary import RELEASE, Ground, code_lists

SHARE = 0.0025

# Field of the allocation, its code; None is a missing code.
MARKS: tuple[tuple[str, str | int | None], ...] = (
    ("additional", "status_holders"),
    ("additional", "formerly_homeless"),
    ("fitting_detail", "restructuring"),
    ("fitting_detail", "rehousing"),
    ("fitting_detail", "special_family_situation"),
    ("protected", 1),
    ("target", None),
    ("ground", "distressing_situation"),
)

_LISTS = {
    "target": "target_group",
    "additional": "additional_target_group",
    "kind": "priority_kind",
    "detail": "priority_detail",
    "fitting": "appropriateness",
    "fitting_detail": "appropriateness_detail",
    "ground": "direct_ground",
}


def mark_withheld(world: World, rng: np.random.Generator, pool: list[tuple[int, int]]) -> None:
    """Turn lettings of ``pool`` (advert, allocation) into withheld ones; used ones leave it."""
    each = max(1, round(len(pool) * SHARE))
    spare = max(0, len(pool) - 45)
    for number in range(each):
        for field, code in MARKS:
            if spare > 0 or number == 0:
                _take_mark(world, pool, field, code)
        if pool and number == 0:
            world.adverts.model[pool.pop()[0]] = "direct_allocation"
        for kind in range(FIRST_URGENT, len(KINDS)):
            _take_urgent(world, rng, pool, kind)


def _take_mark(
    world: World, pool: list[tuple[int, int]], field: str, code: str | int | None
) -> None:
    if pool:
        getattr(world.allocations, field)[pool.pop()[1]] = code


def _take_urgent(
    world: World, rng: np.random.Generator, pool: list[tuple[int, int]], kind: int
) -> None:
    """Let an urgent home-seeker come first in an advert with priority for urgency."""
    for at in reversed(range(max(0, len(pool) - 20), len(pool))):
        advert, allocation = pool[at]
        saved = snapshot(world, advert, allocation)
        bench = lay_open(world, advert, allocation)
        able = bench.listed[bench.able[bench.order]]
        if not len(able):
            restore(world, saved)
            continue
        row = int(able[int(rng.integers(0, len(able)))])
        world.set_override("kind", row, kind)
        world.adverts.pattern[advert] = world.patterns.index("urgency > local_connection")
        if relet(world, rng, advert, allocation, row_place(row)) is not None:
            del pool[at]
            return
        restore(world, saved)


def grounds_of(world: World) -> list[tuple[Ground, ...]]:
    """Return, per allocation, the grounds on which its codes withhold it; empty: none.

    A letting without an advert is withheld whatever its codes say.  Sales are
    never published and have no ground.
    """
    lets = world.allocations
    found: list[tuple[Ground, ...]] = []
    for i in range(len(lets)):
        if lets.sale[i]:
            found.append(())
            continue
        grounds = {_ground(name, getattr(lets, field)[i]) for field, name in _LISTS.items()}
        if lets.protected[i]:
            grounds.add(Ground.DISTRESSING_SITUATION)
        advert = int(lets.advert[i])
        if advert == NONE:
            grounds.add(Ground.OTHER_DIRECT)
        else:
            grounds.add(_ground("publication_model", world.adverts.model[advert]))
        found.append(tuple(sorted(ground for ground in grounds if ground)))
    return found


def _ground(code_list: str, code: str | None) -> Ground | None:
    if code is None:
        return Ground.UNKNOWN
    effect = code_lists()[code_list][code].withhold
    return None if effect == RELEASE else Ground(effect)


def open_pool(
    world: World, rng: np.random.Generator, closed_from: int, closed_until: int
) -> list[tuple[int, int]]:
    """Return the ordinary lettings that may be rewritten, shuffled: (advert, allocation).

    The adverts closed between two days; one dwelling each, advertised once,
    and nothing about them is out of the ordinary.
    """
    adverts, lets = world.adverts, world.allocations
    index = np.flatnonzero(lets.advert != NONE)
    advert = lets.advert[index]
    closed = adverts.closes[advert] // 86_400
    plain: Array = (adverts.homes[advert] == 1) & adverts.ranks_given[advert]
    plain &= (adverts.ordering[advert] != 4) & (adverts.closes[advert] != NONE)
    plain &= ~world.dwellings.parking[lets.home[index]]
    plain &= lets.kind[index] != "urgency"
    plain &= (closed >= closed_from) & (closed <= closed_until)
    shown = np.bincount(world.homes, minlength=len(world.dwellings))
    plain &= shown[lets.home[index]] == 1
    chosen = rng.permutation(index[plain])
    return [(int(lets.advert[i]), int(i)) for i in chosen]
