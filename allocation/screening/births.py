"""How two dates of birth agree.

Decides the level from eight digits on each side, so that an impossible date on
a paper list (31 February) can still be one slip away from the real one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from allocation.screening.levels import BirthLevel

Digits = npt.NDArray[np.uint8]

_YEAR, _MONTH, _DAY = slice(0, 4), slice(4, 6), slice(6, 8)
_GENERATION = 15


def compare_births(left: Digits, right: Digits) -> npt.NDArray[np.int8]:
    """Return the ``BirthLevel`` of pairs of dates, given as rows of eight digits."""
    missing = (left[:, 0] == 255) | (right[:, 0] == 255)
    off = left != right
    wrong = off.sum(axis=1)
    year, month, day = (~off[:, part].any(axis=1) for part in (_YEAR, _MONTH, _DAY))
    gap = np.abs(_years(left) - _years(right))
    crossed = (left[:, _MONTH] == right[:, _DAY]).all(axis=1)
    crossed &= (left[:, _DAY] == right[:, _MONTH]).all(axis=1)
    placeholder = _is_placeholder(left) | _is_placeholder(right)
    one_digit = (wrong == 1) | _transposed(left, right, off, wrong)
    two_parts = (year.astype(int) + month + day) == 2
    choices = [
        (missing, BirthLevel.MISSING),
        ((wrong == 0) & placeholder, BirthLevel.EQUAL_PLACEHOLDER),
        (wrong == 0, BirthLevel.EQUAL),
        (year & crossed, BirthLevel.DAY_MONTH_SWAPPED),
        (one_digit, BirthLevel.ONE_DIGIT),
        (two_parts, BirthLevel.TWO_PARTS),
        (year & placeholder, BirthLevel.YEAR_ONLY),
        (gap >= _GENERATION, BirthLevel.OTHER_GENERATION),
        (wrong == 2, BirthLevel.TWO_DIGITS),
    ]
    conditions, levels = zip(*choices, strict=True)
    found = np.select(conditions, [int(level) for level in levels], int(BirthLevel.DIFFERENT))
    return found.astype(np.int8)


def _years(digits: Digits) -> npt.NDArray[np.int64]:
    years: npt.NDArray[np.int64] = digits[:, _YEAR].astype(np.int64) @ np.array([1000, 100, 10, 1])
    return years


def _is_placeholder(digits: Digits) -> npt.NDArray[np.bool_]:
    """1 January and 1 July stand for an unknown day in the civil registration."""
    first_day = (digits[:, 6] == 0) & (digits[:, 7] == 1) & (digits[:, 4] == 0)
    found: npt.NDArray[np.bool_] = first_day & ((digits[:, 5] == 1) | (digits[:, 5] == 7))
    return found


def _transposed(
    left: Digits, right: Digits, off: npt.NDArray[np.bool_], wrong: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Say where the only difference is two neighbouring digits in the other order."""
    found = np.zeros(len(left), np.bool_)
    for i in range(7):
        swapped = (left[:, i] == right[:, i + 1]) & (left[:, i + 1] == right[:, i])
        found |= (wrong == 2) & off[:, i] & off[:, i + 1] & swapped
    return found
