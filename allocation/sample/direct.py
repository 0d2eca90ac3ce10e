"""Lettings that never came through the offer model, and sales.

Decides which dwellings go to people whom the public must not find: status
holders, restructuring urgents, distressing situations, and the other agreed
grounds; with the codes by which an export can give them away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from allocation.sample.calendar import DAY, ages_on, years_of
from allocation.sample.figures import PENSION_AGE, Array, rent_in
from allocation.sample.schedule import Plan
from allocation.sample.world import MANUAL, NONE, SOLD, World


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of direct letting and every code that it leaves on the allocation."""

    weight: int
    ground: str
    kind: str = "none"
    detail: str = "none"
    additional: str = "none"
    fitting_detail: str = "none"
    protected: bool = False


CASES: tuple[Case, ...] = (
    Case(14, "status_holder", "urgency", "status_holder", "status_holders"),
    Case(8, "restructuring_urgent", "urgency", "rehousing", fitting_detail="restructuring"),
    Case(6, "distressing_situation", "urgency", "social"),
    Case(6, "care_institution", additional="mental_health_care"),
    Case(4, "home_exchange"),
    Case(3, "lease_continued"),
    Case(3, "other"),
    Case(3, "distressing_situation", "urgency", "violence_or_nuisance", protected=True),
    Case(8, "status_holder", additional="status_holders"),
    Case(5, "restructuring_urgent", fitting_detail="rehousing"),
    Case(3, "distressing_situation", "urgency", "nearly_homeless", "formerly_homeless"),
    Case(4, "status_holder"),
)


def outsiders_needed(plan: Plan) -> int:
    """Return how many people get or buy a dwelling without ever responding."""
    return (
        len(plan.direct)
        + len(plan.sold_unseen)
        + int(np.isin(plan.adverts.fate, (MANUAL, SOLD)).sum())
    )


def add_direct(world: World, rng: np.random.Generator, plan: Plan, first_outsider: int) -> None:
    """Add the direct lettings and the sales; each to somebody who never responded."""
    adverts = world.adverts
    manual = np.flatnonzero(adverts.fate == MANUAL)
    sold = np.flatnonzero(adverts.fate == SOLD)
    ended = adverts.ends // DAY
    whole = world.last_day - world.first_day
    never = len(plan.direct)
    let_days = np.concatenate(
        [
            world.first_day + 10 + rng.integers(0, max(whole - 20, 1), never),
            ended[manual] + rng.integers(3, 20, len(manual)),
        ]
    )
    let_homes = np.concatenate([plan.direct, world.homes[adverts.first_home[manual]]])
    sale_days = np.concatenate(
        [
            world.first_day + 10 + rng.integers(0, max(whole - 20, 1), len(plan.sold_unseen)),
            ended[sold] + rng.integers(20, 60, len(sold)),
        ]
    )
    sale_homes = np.concatenate([plan.sold_unseen, world.homes[adverts.first_home[sold]]])
    who = first_outsider + np.arange(len(let_homes) + len(sale_homes))
    _extend(world, rng, let_homes, who[: len(let_homes)], let_days, sale=False)
    _extend(world, rng, sale_homes, who[len(let_homes) :], sale_days, sale=True)
    world.taken.update(who.tolist())


def _extend(
    world: World, rng: np.random.Generator, home: Array, who: Array, day: Array, *, sale: bool
) -> None:
    count = len(home)
    seekers = world.seekers
    pension = ages_on(day, seekers.born[who]) >= PENSION_AGE
    staff = max(4, world.employees // 3)
    handler = rng.integers(0, staff, count)
    none = np.full(count, NONE, np.int64)
    world.allocations.extend(
        {
            "sale": np.full(count, sale),
            "home": home,
            "advert": none,
            "row": none,
            "who": who,
            "day": day,
            "lease": day + rng.integers(3, 35, count),
            "rent": none if sale else rent_in(world.dwellings.rent[home], years_of(day)),
            "size": seekers.size[who],
            "income": seekers.income[who],
            "pension": pension,
            "target": _targets(seekers.size[who], pension),
            "fitting": np.full(count, "not_tested", object),
            "handler": handler,
            "approver": (handler + rng.integers(1, staff, count)) % staff,
            **_codes(rng, count, sale=sale),
        }
    )


def _targets(size: Array, pension: Array) -> Array:
    names = np.array(["single_person", "household_without_children", "family", "seniors"], object)
    return names[np.where(pension, 3, np.minimum(size, 3) - 1)]


def _codes(rng: np.random.Generator, count: int, *, sale: bool) -> dict[str, Any]:
    """Return the withholding codes: every case once, then by weight; none for a sale."""
    weights = np.array([case.weight for case in CASES], float)
    drawn = rng.choice(len(CASES), count, p=weights / weights.sum())
    drawn[: len(CASES)] = np.arange(len(CASES))[:count]
    cases = [Case(0, "none") if sale else CASES[i] for i in drawn.tolist()]
    names = ("ground", "kind", "detail", "additional", "fitting_detail")
    codes = {name: _objects([getattr(case, name) for case in cases]) for name in names}
    return codes | {"protected": np.array([case.protected for case in cases], np.int64)}


def _objects(values: list[str]) -> Array:
    array = np.empty(len(values), object)
    array[:] = values
    return array
