"""How the surnames of two persons agree.

Decides the ``SurnameLevel`` from the words of which surnames are made: the
families of the surname, those at birth, the pieces of a name in several words,
and names written as one word.  Van de Ven and Van der Ven share a core and no
more.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from allocation.names import Relation, relate
from allocation.screening.crossing import cross, distinct
from allocation.screening.levels import SurnameLevel
from allocation.screening.lexicon import Ints, Lexicon, Numbering, Part
from allocation.screening.weights import rarity
from allocation.screening.words import Likeness, Words

Levels = npt.NDArray[np.int8]
Bits = npt.NDArray[np.float32]

_SCALE = 1_000_000


class SurnameComparer:
    """Compares surnames by their number in the lexicon."""

    def __init__(self, lexicon: Lexicon, words: Words, rarest_bits: float) -> None:
        self.texts = words
        self.words, self.particles, self.kinds = lexicon.surname_parts()
        self.relations = _relations(lexicon.particles.values)
        self.bits = np.array([rarity(word, rarest_bits) for word in words.texts], np.float32)
        sets: Numbering[object] = Numbering()
        forms = lexicon.surnames.values
        self.family_set = np.array([sets.number(form.families) for form in forms], np.int64)
        self.is_double = np.array([len(form.families) > 1 for form in forms], np.bool_)

    def compare(self, left: Ints, right: Ints) -> tuple[Levels, Bits]:
        """Return the levels of pairs of surnames, and the rarity in bits of a shared core."""
        ones, others, place = distinct(left, right, len(self.family_set))
        starts, lengths = self.words.starts, self.words.lengths
        pairs = cross((starts[ones], starts[others]), (lengths[ones], lengths[others]))
        first, second = self.words.flat[pairs.left], self.words.flat[pairs.right]
        likeness = self.texts.compare(first, second)
        relation = self.relations[self.particles[pairs.left], self.particles[pairs.right]]
        double = (self.is_double[ones] | self.is_double[others])[pairs.owner]
        kinds = self.kinds[pairs.left], self.kinds[pairs.right]
        level = _part_level(likeness, relation, kinds, double)
        shared = np.where(likeness == Likeness.EQUAL, (self.bits[first] * 1000).astype(np.int64), 0)
        best, _ = pairs.best(level * _SCALE + shared)
        found = (best // _SCALE).astype(np.int8)
        whole = (self.family_set[ones] == self.family_set[others]) & (found >= SurnameLevel.PART)
        found[whole & (found == SurnameLevel.PART)] = SurnameLevel.EQUAL
        bits = ((best % _SCALE) / 1000).astype(np.float32)
        return found[place], bits[place]


def _part_level(
    likeness: Levels,
    relation: Levels,
    kinds: tuple[Ints, Ints],
    double: npt.NDArray[np.bool_],
) -> Ints:
    """Return the level that one word of each surname supports."""
    one, other = kinds
    joined = (one == Part.JOINED) | (other == Part.JOINED)
    both_joined = (one == Part.JOINED) & (other == Part.JOINED)
    piece = (one == Part.PIECE) | (other == Part.PIECE)
    both_own = (one == Part.OWN) & (other == Part.OWN) & ~double
    equal = likeness == Likeness.EQUAL
    choices = [
        (both_joined | (joined & ~equal), SurnameLevel.DIFFERENT),
        (equal & joined, SurnameLevel.COMPATIBLE_PARTICLE),
        (equal & piece, SurnameLevel.PART),
        (equal & (relation == Relation.OTHER), SurnameLevel.OTHER_PARTICLE),
        (equal & ~both_own, SurnameLevel.PART),
        (equal & (relation == Relation.COMPATIBLE), SurnameLevel.COMPATIBLE_PARTICLE),
        (equal, SurnameLevel.EQUAL),
        ((likeness == Likeness.NEAR) & ~piece, SurnameLevel.NEAR),
        (likeness >= Likeness.SIMILAR, SurnameLevel.SIMILAR),
    ]
    conditions, levels = zip(*choices, strict=True)
    return np.select(conditions, [int(n) for n in levels], int(SurnameLevel.DIFFERENT)).astype(
        np.int64
    )


def _relations(particles: list[str]) -> Levels:
    table = [[int(relate(one, other)) for other in particles] for one in particles]
    return np.array(table, np.int8).reshape(len(particles), len(particles))
