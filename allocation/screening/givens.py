"""How given names and initials of two persons agree.

Decides the ``GivenLevel``: full names first, then call names ("Kees" beside
"Cornelis"), then initials, also of a call name's baptismal form ("Hans" fits
J.P.).  Two known names that are not forms of each other are two names, however
alike they look: Johannes and Johanna, Jan and Jaap.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from allocation.names import Given, call_groups
from allocation.screening.crossing import cross, distinct
from allocation.screening.levels import GivenLevel
from allocation.screening.lexicon import Ints, Lexicon, Numbering
from allocation.screening.words import Likeness, Words

Levels = npt.NDArray[np.int8]

_CONFLICT, _FITS, _SAME, _REORDERED = range(4)


class GivenComparer:
    """Compares given names by their number in the lexicon."""

    def __init__(self, lexicon: Lexicon, words: Words) -> None:
        forms = lexicon.givens.values
        self.words = lexicon.given_words()
        self.likeness = words
        self.texts = words.texts
        self.grouped = np.array([word in call_groups() for word in self.texts], np.bool_)
        self.has_names = self.words.lengths > 0
        self.leads = np.zeros(len(self.words.flat), np.int8)
        self.leads[self.words.starts[:-1][self.has_names]] = 1
        several = self.words.lengths > 1
        self.leads[self.words.starts[1:][several] - 1] = 1
        self.stated = np.array([form.stated for form in forms], np.bool_)
        letters: Numbering[str] = Numbering([""])
        self.initials = np.array([letters.number(form.initials) for form in forms], np.int64)
        self.initial_texts = letters.values
        self.letters = np.array([_possible_letters(form) for form in forms], np.int64)

    def compare(self, left: Ints, right: Ints) -> Levels:
        """Return the levels of pairs of given names."""
        ones, others, place = distinct(left, right, len(self.stated))
        names = self._names(ones, others)
        initials = self._initials(ones, others)
        both = self.has_names[ones] & self.has_names[others]
        stated = self.stated[ones] & self.stated[others]
        by_initials = np.where(~both | (initials == GivenLevel.INITIALS) & stated, initials, names)
        level = np.where(both & (names > GivenLevel.DIFFERENT), names, by_initials)
        absent = (self.initials[ones] == 0) | (self.initials[others] == 0)
        return np.where(absent, GivenLevel.MISSING, level).astype(np.int8)[place]

    def _names(self, ones: Ints, others: Ints) -> Ints:
        """Return the level that the full names support.

        One word of each pair is a first name, or all given names as one word.
        """
        starts, lengths = self.words.starts, self.words.lengths
        pairs = cross((starts[ones], starts[others]), (lengths[ones], lengths[others]))
        first, second = self.words.flat[pairs.left], self.words.flat[pairs.right]
        leads = self.leads[pairs.left] + self.leads[pairs.right]
        likeness = self.likeness.compare(first, second)
        related = self._share_group(first, second)
        known = self.grouped[first] & self.grouped[second] & (likeness < Likeness.EQUAL)
        choices = [
            ((leads == 0) | (known & ~related), GivenLevel.DIFFERENT),
            ((likeness == Likeness.EQUAL) & (leads == 2), GivenLevel.EQUAL),
            (likeness == Likeness.EQUAL, GivenLevel.CALL_NAME),
            ((likeness == Likeness.NEAR) & (leads == 2), GivenLevel.NEAR),
            (related, GivenLevel.CALL_NAME),
            ((likeness >= Likeness.SIMILAR) & (leads == 2), GivenLevel.SIMILAR),
        ]
        conditions, levels = zip(*choices, strict=True)
        numbers = [int(level) for level in levels]
        level = np.select(conditions, numbers, int(GivenLevel.DIFFERENT)).astype(np.int64)
        return pairs.best(level, GivenLevel.DIFFERENT)[0]

    def _share_group(self, first: Ints, second: Ints) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(first), np.bool_)
        rows = np.flatnonzero(self.grouped[first] & self.grouped[second])
        ones, others, place = distinct(first[rows], second[rows], len(self.texts))
        groups = call_groups()
        shared = [
            not groups[self.texts[a]].isdisjoint(groups[self.texts[b]])
            for a, b in zip(ones.tolist(), others.tolist(), strict=True)
        ]
        found[rows] = np.array(shared, np.bool_)[place]
        return found

    def _initials(self, ones: Ints, others: Ints) -> Ints:
        """Return the level that the initials support."""
        a, b, place = distinct(self.initials[ones], self.initials[others], len(self.initial_texts))
        relation = np.array(
            [
                _relate_initials(self.initial_texts[i], self.initial_texts[j])
                for i, j in zip(a.tolist(), b.tolist(), strict=True)
            ],
            np.int64,
        )[place]
        call_fits = (self.letters[ones] & self.letters[others]) != 0
        one_stated = self.stated[ones] | self.stated[others]
        choices = [
            ((relation == _SAME) & one_stated, GivenLevel.INITIALS),
            ((relation == _SAME) | (relation == _FITS), GivenLevel.FIRST_INITIAL),
            (call_fits & ~(self.stated[ones] & self.stated[others]), GivenLevel.FIRST_INITIAL),
            (relation == _REORDERED, GivenLevel.SIMILAR),
        ]
        conditions, levels = zip(*choices, strict=True)
        numbers = [int(level) for level in levels]
        return np.select(conditions, numbers, int(GivenLevel.DIFFERENT)).astype(np.int64)


def _relate_initials(one: str, other: str) -> int:
    if one == other and len(one) > 1:
        return _SAME
    if one and other and (one.startswith(other) or other.startswith(one)):
        return _FITS
    return _REORDERED if len(one) > 1 and sorted(one) == sorted(other) else _CONFLICT


def _possible_letters(form: Given) -> int:
    """Return as bits the first letters that this person's first initial may be.

    Stated initials leave one; a call name allows those of its baptismal names.
    """
    letters = {form.initials[:1]}
    if not form.stated and form.names:
        wanted = call_groups().get(form.names[0], frozenset())
        letters |= {name[0] for name, groups in call_groups().items() if groups & wanted}
    return sum(1 << (ord(c) - ord("a")) for c in letters if "a" <= c <= "z")
