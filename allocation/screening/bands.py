"""Which pairs a person must look at: bands A and B.

Decides the band from the levels and the weight.  A: the name agrees and so
does the date of birth or the address, and nothing weighty speaks against it.
B: at least two of name, date of birth and address speak for it.  One of the
three alone is never enough, however rare the name.  A band is a signal for
review; it is never a verdict.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from allocation.screening.levels import AddressLevel, BirthLevel, GivenLevel, SurnameLevel
from allocation.screening.weights import Weights


class Band(IntEnum):
    """How strong a signal is; NONE is not kept."""

    NONE = 0
    B = 1
    A = 2


NAME_AGREES = (
    SurnameLevel.NEAR,
    SurnameLevel.PART,
    SurnameLevel.COMPATIBLE_PARTICLE,
    SurnameLevel.EQUAL,
    SurnameLevel.SWAPPED,
)
GIVEN_SUPPORTS = (
    GivenLevel.FIRST_INITIAL,
    GivenLevel.INITIALS,
    GivenLevel.CALL_NAME,
    GivenLevel.NEAR,
    GivenLevel.EQUAL,
    GivenLevel.SWAPPED,
)
FULL_GIVEN = (GivenLevel.NEAR, GivenLevel.EQUAL, GivenLevel.SWAPPED)
GIVEN_NOT_AGAINST = (*FULL_GIVEN, GivenLevel.MISSING, GivenLevel.SIMILAR)
BIRTH_AGREES = (BirthLevel.ONE_DIGIT, BirthLevel.DAY_MONTH_SWAPPED, BirthLevel.EQUAL)
BIRTH_SUPPORTS = (*BIRTH_AGREES, BirthLevel.EQUAL_PLACEHOLDER, BirthLevel.TWO_PARTS)
BIRTH_AGAINST = (BirthLevel.OTHER_GENERATION, BirthLevel.DIFFERENT)
ADDRESS_AGREES = (AddressLevel.NEAR, AddressLevel.NUMBER, AddressLevel.EQUAL)
SAME_DOOR = (AddressLevel.NUMBER, AddressLevel.EQUAL)

Levels = dict[str, npt.NDArray[np.int8]]
Flags = npt.NDArray[np.bool_]


def assign_bands(
    weights: Weights, levels: Levels, weighed: dict[str, npt.NDArray[np.float64]]
) -> npt.NDArray[np.int8]:
    """Return the ``Band`` of every pair from its levels and its weight per field in bits."""
    name = weighed["surname"] + weighed["given"]
    total = name + weighed["birth"] + weighed["address"]
    by_birth = np.isin(levels["birth"], BIRTH_SUPPORTS)
    by_address = _has_address(levels)
    by_name = name > 0
    supports = by_name.astype(np.int8) + by_birth + by_address
    possible = (supports >= 2) & (total >= weights.least_b)
    possible &= by_address | _holds_without_address(levels)
    possible &= ~_speaks_against(levels) | _is_no_relative(levels)
    named = np.isin(levels["surname"], NAME_AGREES) & (levels["given"] != GivenLevel.DIFFERENT)
    dated = np.isin(levels["birth"], BIRTH_AGREES) & (
        (levels["given"] != GivenLevel.MISSING) | (levels["birth"] == BirthLevel.EQUAL)
    )
    placed = np.isin(levels["address"], ADDRESS_AGREES)
    doubtful = (*BIRTH_AGAINST, BirthLevel.TWO_DIGITS)
    certain = ~np.isin(levels["birth"], doubtful) & (total >= weights.least_a)
    strong = possible & named & by_name & (dated | placed) & certain
    return np.where(strong, Band.A, np.where(possible, Band.B, Band.NONE)).astype(np.int8)


def may_be_kept(birth: npt.NDArray[np.int8], address: npt.NDArray[np.int8]) -> Flags:
    """Say where the levels of date of birth and address leave room for a band, whatever the names.

    At least two of name, date of birth and address must speak for a pair, so that one of the
    last two must.
    """
    near: Flags = address >= AddressLevel.SURROUNDINGS
    return near | np.isin(birth, BIRTH_SUPPORTS)


def _has_address(levels: Levels) -> Flags:
    """Say where the address is a factor: the same street, or a postcode beside something else.

    That is a full name, or a date of birth that is the same to the digit.
    """
    full_name = np.isin(levels["surname"], NAME_AGREES) & np.isin(levels["given"], FULL_GIVEN)
    exact = levels["birth"] == BirthLevel.EQUAL
    nearby = (levels["address"] >= AddressLevel.SURROUNDINGS) & (full_name | exact)
    found: Flags = nearby | (levels["address"] >= AddressLevel.STREET)
    return found


def _holds_without_address(levels: Levels) -> Flags:
    """Say where name and date of birth alone are enough.

    Two people with one surname and nearly one date of birth are many: where
    the date is not the same to the digit, surname and given name must both
    agree.  Where it is, one of the two may fail: a given name is often not the
    one on paper, and a surname is misspelt or lacks.  A wholly different
    surname fails too much: one first name and one date of birth are shared by
    strangers more often than a name changes without its birth name beside it.
    """
    surname = np.isin(levels["surname"], NAME_AGREES)
    given = np.isin(levels["given"], GIVEN_SUPPORTS)
    exact = levels["birth"] == BirthLevel.EQUAL
    one_name = (
        surname
        | ((levels["given"] == GivenLevel.EQUAL) & (levels["surname"] != SurnameLevel.DIFFERENT))
        | (levels["surname"] >= SurnameLevel.CROSSED)
        | (levels["surname"] == SurnameLevel.OTHER_PARTICLE)
    )
    close = np.isin(levels["birth"], (*BIRTH_AGREES, BirthLevel.EQUAL_PLACEHOLDER))
    holds: Flags = (exact & one_name) | (close & surname & given)
    return holds


def _speaks_against(levels: Levels) -> Flags:
    """Say where the date of birth is somebody else's.

    Brothers are born in one century and often one month: beside another given
    name a date that differs two digits is another date.
    """
    birth, given = levels["birth"], levels["given"]
    brother = (birth == BirthLevel.TWO_DIGITS) & (given == GivenLevel.DIFFERENT)
    against: Flags = brother | np.isin(birth, BIRTH_AGAINST)
    return against


def _is_no_relative(levels: Levels) -> Flags:
    """Say where a contradicting date of birth does not point to somebody else of the family.

    Father and son share surname, address and often initials; brothers share
    all but the given name.  Only a full given name outweighs the date, or a
    name that is not known and an address that is the same to the door.
    """
    door = np.isin(levels["address"], SAME_DOOR)
    surname = np.isin(levels["surname"], NAME_AGREES)
    full = np.isin(levels["given"], FULL_GIVEN) & (surname | door)
    open_name = np.isin(levels["given"], GIVEN_NOT_AGAINST) & surname & door
    crossed = (levels["surname"] == SurnameLevel.CROSSED) & door
    other: Flags = full | open_name | crossed
    return other
