"""Building the clean world: stock, home-seekers, adverts, two years of lettings.

Decides how large each part is.  What comes out follows every rule; planting
comes after.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from allocation.sample.direct import add_direct, outsiders_needed
from allocation.sample.figures import Array
from allocation.sample.places import build_dwellings
from allocation.sample.schedule import PATTERNS, WEEKS, Plan, build_plan
from allocation.sample.seekers import build_seekers
from allocation.sample.simulation import simulate
from allocation.sample.world import (
    NONE,
    Adverts,
    Allocations,
    Offers,
    Responses,
    World,
)

HOMES_AN_EMPLOYEE = 40
FEWEST_EMPLOYEES = 12
PLANTED_SHARE = 0.005
KINDS_PLANTED = 26

_NUMBERS = np.int64
_OBJECTS = {"target", "additional", "kind", "detail", "fitting", "fitting_detail", "ground"}
_FLAGS = {"sale", "pension", "bare"}


def build_world(
    rng: np.random.Generator,
    seed: int,
    count: int,
    responses: int,
    nights: tuple[int, ...],
    progress: Callable[[str], None],
) -> World:
    """Build the world of ``count`` dwellings and about ``responses`` responses."""
    last_day = nights[-1]
    first_day = last_day - 7 * WEEKS + 1
    employees = max(FEWEST_EMPLOYEES, round(count / HOMES_AN_EMPLOYEE))
    dwellings = build_dwellings(rng, count)
    each = plants_of_each_kind(count)
    plan = build_plan(rng, dwellings, responses, first_day, employees, spare=each)
    pool = _pool_size(plan)
    seekers = build_seekers(rng, pool + outsiders_needed(plan), 7 * WEEKS, last_day)
    rows = int(plan.adverts.rows.sum())
    extra = 6 * each + 40
    world = World(
        seed=seed,
        first_day=first_day,
        last_day=last_day,
        nights=nights,
        employees=employees,
        dwellings=dwellings,
        seekers=seekers,
        adverts=plan.adverts,
        homes=plan.homes,
        responses=_no_responses(rows + extra),
        settled=Offers(**_nothing(Offers)),
        offers=Offers(**_nothing(Offers)),
        allocations=Allocations(**_nothing(Allocations)),
        patterns=list(PATTERNS),
        base_rows=rows,
        extra_rows=extra,
    )
    progress(f"{len(seekers):,} home-seekers, {rows:,} responses")
    simulate(world, rng, pool, progress)
    add_direct(world, rng, plan, pool)
    return world


def plants_of_each_kind(dwellings: int) -> int:
    """Return how often each kind of irregularity is planted: half a percent in all."""
    return max(1, round(dwellings * 0.65 * PLANTED_SHARE / KINDS_PLANTED))


def _pool_size(plan: Plan) -> int:
    """Return how many home-seekers are needed so that every week finds enough of them."""
    adverts: Adverts = plan.adverts
    weekly = np.bincount(adverts.week, weights=adverts.rows, minlength=WEEKS)
    tenants = int(adverts.homes.sum())
    open_ended = int(adverts.rows[adverts.closes == NONE].sum())
    return int((weekly.max() * 1.1 + tenants + open_ended) / 0.8) + 60


def _no_responses(count: int) -> Responses:
    def empty(kind: Any) -> Array:
        return np.full(count, NONE, kind)

    return Responses(
        who=empty(np.int32),
        at=empty(np.int32),
        rank=empty(np.int32),
        lot=empty(np.int32),
        status=empty(np.int8),
        reason=empty(np.int8),
        since=empty(np.int32),
    )


def _nothing(kind: type[Offers] | type[Allocations]) -> dict[str, Array]:
    """Return empty arrays for each field."""
    arrays: dict[str, Array] = {}
    for name in kind.__dataclass_fields__:
        dtype: Any = object if name in _OBJECTS else bool if name in _FLAGS else _NUMBERS
        arrays[name] = np.empty(0, dtype)
    return arrays
