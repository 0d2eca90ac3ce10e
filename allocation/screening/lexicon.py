"""Distinct names and addresses, each with a number.

Decides how written names and addresses become arrays: every distinct form is
read once by ``allocation.names`` and numbered, so that millions of pairs are
compared as numbers.  It holds personal values in memory for the time of one
screening; it never writes them, and never shows them in a repr.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from allocation.names import Given, Surname, fold, parse_given, parse_surname, plain

Ints = npt.NDArray[np.int64]
T = TypeVar("T", bound=Hashable)

_FLOORS = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_POSTCODE, _STREET = 0, 3
"""The columns of an address that say something alone; number 0 is no text."""

_NO_ADDITION = frozenset({"huis", "hs", "begane grond", "bg"})


class Part(IntEnum):
    """What a word of somebody's surname is."""

    OWN = 0
    BIRTH = 1
    PIECE = 2
    JOINED = 3


class Numbering(Generic[T]):
    """Gives each distinct value a number, in order of appearance."""

    def __init__(self, first: Iterable[T] = ()) -> None:
        self.values: list[T] = []
        self._numbers: dict[T, int] = {}
        for value in first:
            self.number(value)

    def number(self, value: T) -> int:
        """Return the number of a value, a new one if it is new."""
        found = self._numbers.get(value)
        if found is None:
            found = self._numbers[value] = len(self.values)
            self.values.append(value)
        return found


class Rows:
    """Lists of numbers of unequal length, one after another, with where each starts."""

    def __init__(self, lists: list[list[int]]) -> None:
        lengths = np.fromiter((len(row) for row in lists), dtype=np.int64, count=len(lists))
        self.starts: Ints = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        self.lengths: Ints = lengths
        self.flat: Ints = np.fromiter(
            (value for row in lists for value in row), dtype=np.int64, count=int(lengths.sum())
        )


class Lexicon:
    """Every distinct word, surname, given name and address of one screening."""

    def __init__(self) -> None:
        self.words: Numbering[str] = Numbering([""])
        self.particles: Numbering[str] = Numbering([""])
        self.surnames: Numbering[Surname] = Numbering()
        self.givens: Numbering[Given] = Numbering()
        self.texts: Numbering[str] = Numbering([""])
        self.addresses: Numbering[tuple[int, int, int, int, int]] = Numbering()
        self._address_columns: Ints = np.empty((0, 5), np.int64)
        self._written_surnames: dict[tuple[str, str, str], int] = {}
        self._written_givens: dict[tuple[str, str], int] = {}

    def surname(self, prefix: str, surname: str, birth_surname: str) -> int:
        """Return the number of a surname as it was written."""
        written = (prefix, surname, birth_surname)
        found = self._written_surnames.get(written)
        if found is None:
            found = self.surnames.number(parse_surname(*written))
            self._written_surnames[written] = found
        return found

    def given(self, initials: str, given_name: str) -> int:
        """Return the number of given names and initials as they were written."""
        written = (initials, given_name)
        found = self._written_givens.get(written)
        if found is None:
            found = self._written_givens[written] = self.givens.number(parse_given(*written))
        return found

    def address_numbers(self, columns: Sequence[Sequence[str]]) -> list[int | None]:
        """Return the number of each address; None for one that says nothing.

        ``columns`` are postcode, house number, letter, addition, street and place as
        written; each distinct text is looked at once.
        """
        postcode, number, letter, addition, street, place = columns
        additions = [f"{one} {other}" for one, other in zip(letter, addition, strict=True)]
        read: tuple[tuple[Sequence[str], Callable[[str], str]], ...] = (
            (postcode, _postcode),
            (number, _house_number),
            (additions, comparable_addition),
            (street, _folded),
            (place, _folded),
        )
        codes = [self._text_numbers(texts, as_compared) for texts, as_compared in read]
        of = self.addresses.number
        return [
            of(address) if address[_POSTCODE] or address[_STREET] else None
            for address in zip(*codes, strict=True)
        ]

    def _text_numbers(self, texts: Sequence[str], as_compared: Callable[[str], str]) -> list[int]:
        """Return the number of each text as it is compared."""
        known = {text: self.texts.number(as_compared(text)) for text in dict.fromkeys(texts)}
        return [known[text] for text in texts]

    def number_words(self) -> None:
        """Give every word of every name its number, so that the list of words is complete."""
        self.surname_parts()
        self.given_words()

    def surname_parts(self) -> tuple[Rows, Ints, Ints]:
        """Return per surname its words, and beside each word its particle and its ``Part``."""
        words: list[list[int]] = []
        particles: list[int] = []
        kinds: list[int] = []
        for form in self.surnames.values:
            parts = list(_parts(form))
            words.append([self.words.number(core) for core, _, _ in parts])
            particles.extend(self.particles.number(particle) for _, particle, _ in parts)
            kinds.extend(kind for _, _, kind in parts)
        return Rows(words), np.array(particles, np.int64), np.array(kinds, np.int64)

    def given_words(self) -> Rows:
        """Return per given name its words, and last all of them as one word if there are more."""
        lists = []
        for form in self.givens.values:
            joined = ("".join(form.names),) if len(form.names) > 1 else ()
            lists.append([self.words.number(name) for name in (*form.names, *joined)])
        return Rows(lists)

    def address_columns(self) -> Ints:
        """Return postcode, number, addition, street and place as numbers, a row an address."""
        if len(self._address_columns) != len(self.addresses.values):
            self._address_columns = np.array(self.addresses.values, np.int64).reshape(-1, 5)
        return self._address_columns


def _parts(form: Surname) -> Iterable[tuple[str, str, Part]]:
    for families, kind in ((form.families, Part.OWN), (form.births, Part.BIRTH)):
        for family in families:
            yield family.core, family.particle, kind
            if family.particle and "*" not in family.particle:
                yield family.joined, "", Part.JOINED
    for piece in form.pieces:
        yield piece, "", Part.PIECE


def _postcode(text: str) -> str:
    return text.replace(" ", "").upper()


def _house_number(text: str) -> str:
    return text.strip().lstrip("0")


@lru_cache(maxsize=100_000)
def comparable_addition(text: str) -> str:
    """Return house letter and addition as one short text: "k-4", "K 4" and "k4" alike."""
    tidy = plain(text).strip()
    if tidy in _NO_ADDITION:
        return ""
    short = re.sub(r"[^0-9a-z]", "", tidy)
    return _FLOORS.get(short, short)


@lru_cache(maxsize=100_000)
def _folded(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", fold(text)) if text else ""
