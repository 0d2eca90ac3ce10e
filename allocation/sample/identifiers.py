"""The numbers that the fictional systems give to things.

Decides what ids look like: a prefix of their own and enough digits, as real
systems write them, so that a search for a leak can tell them from other text.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from allocation.sample.calendar import years_of
from allocation.sample.figures import Array
from allocation.sample.world import NONE, Adverts, World


def numbered(prefix: str, numbers: Array, width: int) -> pa.Array:
    """Return ids of a prefix and a number of at least ``width`` digits; -1 is null."""
    given = pa.array(numbers.astype(np.int64), mask=numbers == NONE)
    padded = pc.utf8_lpad(given.cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, padded, "")


def dwelling_ids(index: Array) -> pa.Array:
    """Return ids such as VHE100234."""
    return numbered("VHE", index + 100_001, 6)


def candidate_ids(world: World, who: Array) -> pa.Array:
    """Return ids such as WZ0010234."""
    return numbered("WZ", world.seekers.number[who], 7)


def employee_ids(index: Array) -> pa.Array:
    """Return ids such as MW0012; -1 is null."""
    return numbered("MW", np.where(index == NONE, NONE, index + 1), 4)


def allocation_ids(index: Array) -> pa.Array:
    """Return ids such as TW0000123."""
    return numbered("TW", index + 1, 7)


def offer_ids(count: int) -> pa.Array:
    """Return the ids of all offers of the world, such as AB0000123."""
    return numbered("AB", np.arange(count) + 1, 7)


def publication_ids(adverts: Adverts) -> Array:
    """Return ids such as P-2026-00123: the year of opening and a number within it."""
    year = years_of(adverts.opens // 86_400)
    ids = np.empty(len(adverts), object)
    for each in np.unique(year).tolist():
        mine = np.flatnonzero(year == each)
        mine = mine[np.argsort(adverts.opens[mine], kind="stable")]
        ids[mine] = [f"P-{each}-{n:05d}" for n in range(1, len(mine) + 1)]
    return ids
