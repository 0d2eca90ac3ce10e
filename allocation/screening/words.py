"""How alike two words are: the one place where text is compared letter by letter.

Decides the three grades of likeness on folded words: equal, near (a slip of
the pen, or the same sound) and similar.  Short names have no slip of the pen:
Bos and Vos are two names.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA, JaroWinkler, Prefix
from rapidfuzz.process import cpdist

from allocation.screening.crossing import distinct
from allocation.screening.lexicon import Ints, Numbering
from allocation.screening.sounds import sound

Grades = npt.NDArray[np.int8]

_WORTH_A_LOOK = 0.7

_STARTS = 6
"""A postcode is no longer."""


class Likeness(IntEnum):
    """How alike two words are."""

    DIFFERENT = 0
    SIMILAR = 1
    NEAR = 2
    EQUAL = 3


class Words:
    """A list of distinct words, with what comparing needs of each worked out once."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        sounds: Numbering[str] = Numbering()
        self.sounds = np.array([sounds.number(sound(text)) for text in texts], np.int64)
        self.lengths = np.array([len(text) for text in texts], np.int64)

    @cached_property
    def starts(self) -> npt.NDArray[np.str_]:
        """The first six signs of each word, in a row of six; spaces where it is shorter."""
        padded = [text[:_STARTS].ljust(_STARTS) for text in self.texts]
        starts: npt.NDArray[np.str_] = np.array(padded, f"U{_STARTS}").view("U1")
        return starts.reshape(-1, _STARTS)

    def compare(self, left: Ints, right: Ints) -> Grades:
        """Return the ``Likeness`` of pairs of words by number; each pair is looked at once."""
        low, high = np.minimum(left, right), np.maximum(left, right)
        ones, others, place = distinct(low, high, len(self.texts))
        same = ones == others
        grades: Grades = np.where(same, Likeness.EQUAL, Likeness.DIFFERENT).astype(np.int8)
        empty = np.minimum(self.lengths[ones], self.lengths[others]) == 0
        grades[empty] = Likeness.DIFFERENT
        rest = np.flatnonzero(~same & ~empty)
        if len(rest):
            grades[rest] = self._grade(ones[rest], others[rest])
        return grades[place]

    def _grade(self, ones: Ints, others: Ints) -> Grades:
        texts = self.texts
        first, second = [texts[i] for i in ones.tolist()], [texts[i] for i in others.tolist()]
        alike = cpdist(
            first,
            second,
            scorer=JaroWinkler.normalized_similarity,
            score_cutoff=_WORTH_A_LOOK,
            dtype=np.float32,
        )
        shorter = np.minimum(self.lengths[ones], self.lengths[others])
        longer = np.maximum(self.lengths[ones], self.lengths[others])
        near = (self.sounds[ones] == self.sounds[others]) & (shorter >= 3)
        similar = alike >= 0.9
        look = np.flatnonzero(alike > 0)
        some, more = [first[i] for i in look.tolist()], [second[i] for i in look.tolist()]
        edits = cpdist(some, more, scorer=OSA.distance, score_cutoff=2, dtype=np.int32)
        shared = cpdist(some, more, scorer=Prefix.similarity, dtype=np.int32)
        short, long = shorter[look], longer[look]
        slip = ((edits == 1) & (long >= 5)) | ((edits == 2) & (short >= 7) & (alike[look] >= 0.88))
        near[look] |= slip | ((shared == short) & (short >= 4))
        similar[look] |= ((edits <= 2) & (short >= 5)) | ((edits == 1) & (short >= 3))
        grades = np.where(similar, Likeness.SIMILAR, Likeness.DIFFERENT)
        return np.where(near, Likeness.NEAR, grades).astype(np.int8)
