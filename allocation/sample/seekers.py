"""Home-seekers of the fictional office: who is registered, since when, with what household.

Decides facts of persons as numbers only; names come later, for the few who
get a dwelling.  Nobody here is a real person, and nobody is under age.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocation.sample.figures import Array
from allocation.sample.places import VILLAGES

KINDS: tuple[tuple[str, str], ...] = (
    ("none", "none"),
    ("local_connection", "village_connection"),
    ("local_connection", "economic_connection"),
    ("local_connection", "regional_connection"),
    ("urgency", "rehousing"),
    ("urgency", "medical"),
    ("urgency", "social"),
    ("urgency", "status_holder"),
    ("urgency", "violence_or_nuisance"),
)
"""Priorities that a response can have, as (priority_kind, priority_detail)."""

NO_PRIORITY, VILLAGE, ECONOMIC, REGIONAL, FIRST_URGENT = 0, 1, 2, 3, 4
ORIGINS = ("home_seeker", "employee", "migration", "reopened", "split")
HOME_SEEKER, EMPLOYEE = 0, 1
NOWHERE = -1
IN_WINDOW = 0.14
"""Share of the home-seekers who registered while the sample's adverts ran."""

WAITED_DAYS, LONGEST_DAYS = 950, 8_390
"""Mean and longest registration before the window: 25 years back in all."""


@dataclass(slots=True)
class Seekers:
    """One entry per home-seeker; ``number`` makes the id, ``income`` is in cents a year."""

    number: Array
    registered: Array
    born: Array
    size: Array
    income: Array
    income_hidden: Array
    village: Array
    municipality: Array
    works_in: Array
    urgent: Array
    origin: Array
    points: Array

    def __len__(self) -> int:
        return len(self.number)


def build_seekers(rng: np.random.Generator, count: int, window_days: int, last_day: int) -> Seekers:
    """Make the home-seekers; all but ``IN_WINDOW`` of them registered before the window."""
    place = np.arange(count)
    recent = place < int(count * IN_WINDOW)
    waited = rng.exponential(WAITED_DAYS, count)
    waited = np.where(waited < LONGEST_DAYS, waited, rng.random(count) * LONGEST_DAYS)
    long_ago = window_days + 1 + waited.astype(np.int64)
    back = np.where(recent, rng.integers(1, window_days, count), long_ago)
    order = rng.permutation(count)
    back = back[order]
    extra = np.minimum(rng.exponential(6500, count), 26000).astype(np.int64)
    age_days = np.minimum(18 * 366 + back + extra, 94 * 365)
    senior = age_days > 65 * 365
    size = rng.choice(6, count, p=(0.44, 0.27, 0.13, 0.1, 0.045, 0.015)) + 1
    size = np.where(senior, np.minimum(size, 2), size)
    middle = np.where(size > 1, 33500, 24500)
    income = np.clip(rng.lognormal(0, 0.4, count) * middle, 11800, 118000).astype(np.int64)
    village = rng.integers(0, len(VILLAGES), count)
    works = rng.integers(0, len(VILLAGES), count)
    towns = np.array([_municipalities().index(place.municipality) for place in VILLAGES])
    details = rng.integers(FIRST_URGENT, len(KINDS), count)
    return Seekers(
        number=rng.permutation(count) + 10_001,
        registered=last_day - back,
        born=last_day - age_days,
        size=size,
        income=income * 100,
        income_hidden=rng.random(count) < 0.03,
        village=village,
        municipality=np.where(rng.random(count) < 0.5, towns[village], NOWHERE),
        works_in=np.where(rng.random(count) < 0.2, works, NOWHERE),
        urgent=np.where(rng.random(count) < 0.003, details, NO_PRIORITY),
        origin=rng.choice(len(ORIGINS), count, p=(0.93, 0.02, 0.03, 0.012, 0.008)),
        points=np.minimum(back // 30, 240) + rng.integers(0, 25, count),
    )


def _municipalities() -> list[str]:
    return sorted({village.municipality for village in VILLAGES})


def municipality_of(village: Array) -> Array:
    """Return the index of the municipality of each village index."""
    names = _municipalities()
    return np.array([names.index(place.municipality) for place in VILLAGES])[village]


def priority_of(seekers: Seekers, who: Array, village: Array) -> Array:
    """Return the index in ``KINDS`` that a home-seeker's response in a village has."""
    kind = np.where(seekers.municipality[who] == municipality_of(village), REGIONAL, NO_PRIORITY)
    kind = np.where(seekers.works_in[who] == village, ECONOMIC, kind)
    kind = np.where(seekers.village[who] == village, VILLAGE, kind)
    return np.where(seekers.urgent[who] > 0, seekers.urgent[who], kind)
