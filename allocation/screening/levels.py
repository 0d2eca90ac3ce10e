"""The levels of agreement per field: the vocabulary of the screening.

Decides which kinds of agreement are told apart.  The weights file, the bands
and the evidence sentences each have an entry for every level; tests hold them
to that.  A higher number is a better agreement within its field, and 0 always
means that one side has no value.
"""

from __future__ import annotations

from enum import IntEnum


class SurnameLevel(IntEnum):
    """How two persons' surnames, surnames at birth included, agree."""

    MISSING = 0
    DIFFERENT = 1
    SIMILAR = 2
    NEAR = 3
    OTHER_PARTICLE = 4
    PART = 5
    COMPATIBLE_PARTICLE = 6
    EQUAL = 7
    CROSSED = 8
    SWAPPED = 9


class GivenLevel(IntEnum):
    """How given names and initials agree."""

    MISSING = 0
    DIFFERENT = 1
    SIMILAR = 2
    FIRST_INITIAL = 3
    INITIALS = 4
    CALL_NAME = 5
    NEAR = 6
    EQUAL = 7
    CROSSED = 8
    SWAPPED = 9


class BirthLevel(IntEnum):
    """How dates of birth agree."""

    MISSING = 0
    OTHER_GENERATION = 1
    DIFFERENT = 2
    TWO_DIGITS = 3
    YEAR_ONLY = 4
    TWO_PARTS = 5
    ONE_DIGIT = 6
    DAY_MONTH_SWAPPED = 7
    EQUAL_PLACEHOLDER = 8
    EQUAL = 9


class AddressLevel(IntEnum):
    """How the best pair of addresses agrees."""

    MISSING = 0
    DIFFERENT = 1
    SURROUNDINGS = 2
    BUILDING = 3
    STREET = 4
    NEAR = 5
    NUMBER = 6
    EQUAL = 7


class AddressKind(IntEnum):
    """Which address of a person it is."""

    OWN = 0
    FORMER = 1
    LET_DWELLING = 2


FIELDS: dict[str, type[IntEnum]] = {
    "surname": SurnameLevel,
    "given": GivenLevel,
    "birth": BirthLevel,
    "address": AddressLevel,
}
"""The four fields, in the order in which evidence is given."""
