"""Counting within runs of equal values, such as the responses of one advert.

Decides nothing of the office.  Every function takes arrays in which equal
groups stand together.
"""

from __future__ import annotations

import numpy as np

from allocation.sample.figures import Array


def _starts(group: Array) -> Array:
    return np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else group[:0]


def place_within(group: Array) -> Array:
    """Return 0, 1, 2 … within each run of equal values."""
    starts = _starts(group)
    places: Array = np.arange(len(group)) - np.repeat(starts, _lengths(group, starts))
    return places


def _lengths(group: Array, starts: Array) -> Array:
    return np.diff(np.r_[starts, len(group)])


def before_within(group: Array, flags: Array) -> Array:
    """Count, for each entry, the flags before it in its run of equal groups."""
    starts = _starts(group)
    counted = np.cumsum(flags) - flags
    before: Array = counted - np.repeat(counted[starts], _lengths(group, starts))
    return before


def total_within(group: Array, flags: Array) -> Array:
    """Count the flags in the whole run of each entry."""
    starts = _starts(group)
    if not len(group):
        return np.empty(0, np.int64)
    return np.repeat(np.add.reduceat(flags.astype(np.int64), starts), _lengths(group, starts))
