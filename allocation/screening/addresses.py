"""How the addresses of two persons agree.

Decides the ``AddressLevel`` of the best pair of addresses: postcode, number
and addition; street and place where they are delivered.  One building is not
one address: neighbours in a flat share postcode and number.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from allocation.screening.crossing import cross, distinct
from allocation.screening.levels import AddressLevel
from allocation.screening.lexicon import Ints, Lexicon
from allocation.screening.people import People
from allocation.screening.words import Likeness, Words

Levels = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]

_WHOLE = 6
"""Characters of a postcode that stands for one side of one street; four digits are a village."""

_POSTCODE, _NUMBER, _ADDITION, _STREET, _PLACE = range(5)


def compare_addresses(
    lexicon: Lexicon,
    words: Words,
    sides: tuple[People, People],
    positions: tuple[Ints, Ints],
) -> tuple[Levels, Levels, Levels]:
    """Return the best level per pair of persons, and of either side the kind of that address.

    ``words`` are the texts of the lexicon's addresses.
    """
    starts, lengths = [], []
    for side, position in zip(sides, positions, strict=True):
        start = np.searchsorted(side.owner, np.arange(len(side) + 1))
        starts.append(start[:-1][position])
        lengths.append(np.diff(start)[position])
    pairs = cross((starts[0], starts[1]), (lengths[0], lengths[1]))
    left, right = sides[0].address[pairs.left], sides[1].address[pairs.right]
    columns = lexicon.address_columns()
    level = np.full(len(left), int(AddressLevel.DIFFERENT), np.int64)
    rows = np.flatnonzero(_may_agree(columns, left, right))
    ones, others, place = distinct(left[rows], right[rows], max(1, len(columns)))
    level[rows] = _level(words, columns[ones], columns[others])[place]
    best, row = pairs.best(level)
    kinds = []
    for side, where in zip(sides, (pairs.left, pairs.right), strict=True):
        kind = np.zeros(len(row), np.int8)
        kind[row >= 0] = side.address_kind[where[row[row >= 0]]]
        kinds.append(kind)
    return best.astype(np.int8), kinds[0], kinds[1]


def _may_agree(columns: Ints, left: Ints, right: Ints) -> Bools:
    """Say which pairs of addresses can be more than different, by what is quickly seen.

    Every level above needs the same house number, the same postcode, or a street on
    both sides.
    """
    postcode, number, street = (columns[:, part] for part in (_POSTCODE, _NUMBER, _STREET))
    found: Bools = (postcode[left] == postcode[right]) | (number[left] == number[right])
    found |= (street[left] != 0) & (street[right] != 0)
    return found


def _level(words: Words, one: Ints, other: Ints) -> Ints:
    same = (one == other) & (one != 0)
    known = (one != 0) & (other != 0)
    street = _alike(words, one[:, _STREET], other[:, _STREET], known[:, _STREET])
    place = _alike(words, one[:, _PLACE], other[:, _PLACE], known[:, _PLACE])
    slip = _one_off(words, one[:, _POSTCODE], other[:, _POSTCODE])
    number = same[:, _NUMBER]
    number_open = ~known[:, _NUMBER]
    whole = (words.lengths == _WHOLE)[one[:, _POSTCODE]]
    door = ((same[:, _POSTCODE] & (whole | street)) | (street & place)) & number
    addition = one[:, _ADDITION] == other[:, _ADDITION]
    area = same[:, _POSTCODE] | place | slip
    choices = [
        (door & addition, AddressLevel.EQUAL),
        (door & ~known[:, _ADDITION], AddressLevel.NUMBER),
        (door, AddressLevel.BUILDING),
        (number & (same[:, _POSTCODE] | slip | street), AddressLevel.NEAR),
        (street & area & number_open, AddressLevel.NEAR),
        (street & area, AddressLevel.STREET),
        (same[:, _POSTCODE], AddressLevel.SURROUNDINGS),
    ]
    conditions, levels = zip(*choices, strict=True)
    numbers = [int(level) for level in levels]
    return np.select(conditions, numbers, int(AddressLevel.DIFFERENT)).astype(np.int64)


def _alike(words: Words, one: Ints, other: Ints, known: Bools) -> Bools:
    found = np.zeros(len(one), np.bool_)
    rows = np.flatnonzero(known)
    if len(rows):
        found[rows] = words.compare(one[rows], other[rows]) >= Likeness.NEAR
    return found


def _one_off(words: Words, one: Ints, other: Ints) -> Bools:
    """Say where two postcodes differ by one character, or by two neighbours exchanged."""
    ones, others, place = distinct(one, other, len(words.texts))
    left, right = words.starts[ones], words.starts[others]
    off = left != right
    wrong = off.sum(axis=1)
    exchanged = np.zeros(len(ones), np.bool_)
    for i in range(5):
        crossed = (left[:, i] == right[:, i + 1]) & (left[:, i + 1] == right[:, i])
        exchanged |= (wrong == 2) & off[:, i] & off[:, i + 1] & crossed
    slips: Bools = ((wrong == 1) | exchanged) & (ones != 0) & (others != 0)
    return slips[place]
