"""Planting everything that a checker must find, each on a letting of its own.

Decides how many of each kind there are and in which order they take their
lettings: the rarest first.  Planting leaves every other letting as it was.
"""

from __future__ import annotations

import numpy as np

from allocation.sample.building import plants_of_each_kind
from allocation.sample.garden import Garden, grow
from allocation.sample.planted_adverts import KINDS_OF_ADVERTS, stuck_adverts
from allocation.sample.planted_allocations import KINDS_OF_ALLOCATIONS, without_ground
from allocation.sample.planted_rankings import KINDS_OF_RANKINGS, do_favour
from allocation.sample.planted_tenants import KINDS_OF_TENANTS
from allocation.sample.withheld import mark_withheld, open_pool
from allocation.sample.world import World

RECENT_DAYS = (3, 50)
"""Closed this many days before the last night: what changes overnight stands here."""

WHOLE_OFFICE, MOST_PLANTED = 120, 60
"""With fewer dwellings than the first, at most this many of a hundred lettings are rewritten."""


def plant(world: World, rng: np.random.Generator) -> Garden:
    """Plant withheld cases, then irregularities; return what was planted."""
    last = world.last_day
    recent = open_pool(world, rng, last - RECENT_DAYS[1], last - RECENT_DAYS[0])
    pool = open_pool(world, rng, 0, last - RECENT_DAYS[1] - 15)
    garden = Garden(world, rng, pool, recent)
    each = plants_of_each_kind(len(world.dwellings))
    most = len(pool) * MOST_PLANTED // 100 if len(world.dwellings) < WHOLE_OFFICE else len(pool)
    for kind in KINDS_OF_ADVERTS:
        if kind.overnight and len(world.nights) > 1:
            grow(garden, kind, each)
    if pool:
        do_favour(garden)
    for kind in (*KINDS_OF_RANKINGS, *KINDS_OF_TENANTS, *KINDS_OF_ALLOCATIONS, *KINDS_OF_ADVERTS):
        if not kind.overnight and len(garden.used) <= most:
            grow(garden, kind, each)
    stuck_adverts(garden, each)
    without_ground(garden, each)
    free = [letting for letting in garden.pool if letting[0] not in garden.used]
    mark_withheld(world, rng, free)
    return garden
