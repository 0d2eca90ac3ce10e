"""Crossing lists with lists: every element of one with every element of the other.

Decides the bookkeeping by which many small comparisons run as one array, and
the best of them is taken back per pair.  Knows nothing of names or addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocation.screening.lexicon import Ints


@dataclass(frozen=True, slots=True)
class Crossing:
    """``left`` and ``right`` are positions in the flat lists; ``owner`` is the pair they serve."""

    owner: Ints
    left: Ints
    right: Ints
    pairs: int

    def best(self, rank: Ints, absent: int = 0) -> tuple[Ints, Ints]:
        """Return per pair the highest rank, and the row of the crossing that has it first.

        A pair of which one side has an empty list gets ``absent`` and row -1.
        """
        highest = np.full(self.pairs, absent, np.int64)
        row = np.full(self.pairs, -1, np.int64)
        if len(self.owner):
            starts = np.flatnonzero(np.diff(self.owner, prepend=-1))
            lengths = np.diff(np.append(starts, len(self.owner)))
            top = np.maximum.reduceat(rank, starts)
            highest[self.owner[starts]] = top
            is_top = np.flatnonzero(rank == np.repeat(top, lengths))
            first = np.flatnonzero(np.diff(self.owner[is_top], prepend=-1))
            row[self.owner[is_top[first]]] = is_top[first]
        return highest, row


def cross(starts: tuple[Ints, Ints], lengths: tuple[Ints, Ints]) -> Crossing:
    """Cross list i of one side with list i of the other, for every pair i.

    ``starts`` and ``lengths`` say per pair where its list stands on either side.
    """
    left_length, right_length = lengths
    sizes = left_length * right_length
    owner = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    within = np.arange(len(owner), dtype=np.int64) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    width = right_length[owner]
    left = starts[0][owner] + within // width
    right = starts[1][owner] + within % width
    return Crossing(owner, left, right, len(sizes))


def distinct(left: Ints, right: Ints, width: int) -> tuple[Ints, Ints, Ints]:
    """Return the distinct pairs of two columns of numbers below ``width``, and where each went."""
    unique, place = np.unique(left * width + right, return_inverse=True)
    ones, others = np.divmod(unique, width)
    return ones, others, place
