"""How the fields of a pair of persons agree: one level per field.

Decides the level of each field of ``allocation.screening.levels`` and nothing
more: it neither weighs nor judges.  Everything is done on the distinct pairs
of forms, so that a hundred pairs of persons with the same two names cost one
comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocation.screening.addresses import compare_addresses
from allocation.screening.births import compare_births
from allocation.screening.crossing import distinct
from allocation.screening.givens import GivenComparer
from allocation.screening.levels import GivenLevel, SurnameLevel
from allocation.screening.lexicon import Ints, Lexicon, Rows
from allocation.screening.people import People
from allocation.screening.surnames import SurnameComparer
from allocation.screening.words import Likeness, Words

Levels = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The levels per field, the rarity in bits of a shared surname, the kinds of address used."""

    levels: dict[str, Levels]
    bits: npt.NDArray[np.float32]
    letting_address: Levels
    register_address: Levels


class Comparer:
    """Compares pairs of persons of two sides that share one lexicon."""

    def __init__(self, lexicon: Lexicon, sides: tuple[People, People], rarest_bits: float) -> None:
        self.lexicon = lexicon
        self.sides = sides
        lexicon.number_words()
        self.words = Words(lexicon.words.values)
        self.surnames = SurnameComparer(lexicon, self.words, rarest_bits)
        self.givens = GivenComparer(lexicon, self.words)
        self.places = Words(lexicon.texts.values)
        self.families = _at(self.surnames.words, self.surnames.words.flat.size)
        self.given_words = (_at(self.givens.words, 1), _at(self.givens.words, 2))
        self.letters = np.array([ord(word[0]) if word else 0 for word in lexicon.words.values])

    def compare(self, letting: Ints, person: Ints) -> Comparison:
        """Return how the pairs at these positions of the two sides agree."""
        left, right = self.sides
        surname, bits = self.surnames.compare(left.surname[letting], right.surname[person])
        given = self.givens.compare(left.given[letting], right.given[person])
        self._mark_swaps(letting, person, surname, given)
        birth, (address, own, other) = self._beside_names(letting, person)
        levels = {"surname": surname, "given": given, "birth": birth, "address": address}
        return Comparison(levels, bits, own, other)

    def beside_names(self, letting: Ints, person: Ints) -> tuple[Levels, Levels]:
        """Return the levels of date of birth and address alone, which are quickly found."""
        birth, (address, _, _) = self._beside_names(letting, person)
        return birth, address

    def _beside_names(
        self, letting: Ints, person: Ints
    ) -> tuple[Levels, tuple[Levels, Levels, Levels]]:
        left, right = self.sides
        birth = compare_births(left.birth[letting], right.birth[person])
        return birth, compare_addresses(self.lexicon, self.places, self.sides, (letting, person))

    def _mark_swaps(self, letting: Ints, person: Ints, surname: Levels, given: Levels) -> None:
        """Mark the pairs whose surname and given name stand in each other's field.

        SWAPPED where both do; CROSSED where one does and the other says nothing.
        """
        rows = np.flatnonzero((surname <= SurnameLevel.SIMILAR) & (given <= GivenLevel.INITIALS))
        left, right = self.sides
        to = self._crossed(left.surname[letting[rows]], right.given[person[rows]])
        back = self._crossed(right.surname[person[rows]], left.given[letting[rows]])
        for level, marked in (("CROSSED", to ^ back), ("SWAPPED", to & back)):
            surname[rows[marked]] = SurnameLevel[level]
            given[rows[marked]] = GivenLevel[level]

    def _crossed(self, surname: Ints, given: Ints) -> npt.NDArray[np.bool_]:
        """Say where the surname is near or equal to the given names, or the last of them.

        A particle in the field of the given name is then a word before the last.
        """
        width = len(self.families) + len(self.given_words[0])
        ones, others, place = distinct(surname, given, width)
        alike = np.zeros(len(ones), np.bool_)
        for words in self.given_words:
            a, b = self.families[ones], words[others]
            maybe = np.flatnonzero((a > 0) & (b > 0) & (self.letters[a] == self.letters[b]))
            alike[maybe] |= self.words.compare(a[maybe], b[maybe]) >= Likeness.NEAR
        return alike[place]


def _at(rows: Rows, from_end: int) -> Ints:
    """Return of every list the word so many places from its end, or its first; 0 if empty."""
    found = np.zeros(len(rows.lengths), np.int64)
    filled = rows.lengths > 0
    place = np.maximum(rows.starts[1:] - from_end, rows.starts[:-1])
    found[filled] = rows.flat[place[filled]]
    return found
