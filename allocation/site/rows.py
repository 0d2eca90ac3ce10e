"""The public rows by column, and as values only where a page needs them.

Decides the two orders in which dwellings are listed, the groups that they
stand in, and the mark by which a row is known again: on most nights few rows
changed, and the others are then only compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cache, cached_property
from hashlib import blake2b
from string import ascii_lowercase, digits
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from allocation.public import FIELDS, Letting, PublicTable, lettings
from allocation.site.places import MOST_ADVERT_YEARS, place_slug

Indices: TypeAlias = npt.NDArray[np.int64]
"""Numbers of rows, in the order in which they are meant."""

Codes: TypeAlias = npt.NDArray[np.int64]
"""A number for each row of the table."""

Flags: TypeAlias = npt.NDArray[np.bool_]
"""Yes or no for each row of the table."""

NO_ROWS: Indices = np.empty(0, dtype=np.int64)

NO_NUMBER = -(1 << 62)
"""Stands where a column of numbers has none; less than any number of an export."""

_IN_KEY = str.maketrans("", "", f"{ascii_lowercase}{digits}-\n")
_LONGEST_KEY = 200
_MARK_SIZE = 12
_LONG_AND_REPEATED = "checks"
"""The column whose texts are long and few: a hash of each takes less time to compare."""

_BETWEEN, _ESCAPE = "\x1f", "\x1b"
_NUMBERS = re.compile(r"\d+")
_MANY = 2
"""When more than one in so many rows is asked for, all of them are made at once."""


class Coded(NamedTuple):
    """A column as numbers: ``values`` in order, and for each row the place of its value there.

    A row without a value has -1.
    """

    values: list[str]
    codes: Codes


class Rows:
    """The rows of the public table, in its order.

    Raises: ValueError for a key that cannot be a file name (the barrier makes keys).
    """

    def __init__(self, table: PublicTable) -> None:
        self._table = table.rows
        self.keys: list[str] = self._table.column("key").to_pylist()
        if not _are_file_names(self.keys):
            raise ValueError("a key of the public table cannot be a file name")
        marks = list(map(_hash, _texts(table)))
        self.marks: pa.Array = pa.array(marks, pa.string())
        self.slug = cache(place_slug)
        self._mark_bytes = np.array(marks, dtype=f"S{2 * _MARK_SIZE}")
        self._made: list[Letting | None] = [None] * len(self.keys)
        self._asked = 0
        self._coded: dict[tuple[str, Callable[[str], str]], Coded] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, indices: Indices | Sequence[int]) -> list[Letting]:
        """Return rows as values, in the order asked for; each is made once."""
        wanted = indices.tolist() if isinstance(indices, np.ndarray) else indices
        made = self._made
        missing = [at for at in wanted if made[at] is None]
        if missing:
            self._asked += len(missing)
            if self._asked * _MANY > len(made):
                missing = list(range(len(made)))
                found = lettings(PublicTable(self._table))
            else:
                found = lettings(PublicTable(self._table.take(pa.array(missing))))
            for at, fresh in zip(missing, found, strict=True):
                made[at] = fresh
        return [row for at in wanted if (row := made[at]) is not None]

    def mark_of(self, indices: Indices) -> str:
        """Return a text that tells these rows, in this order, from all others."""
        return blake2b(self._mark_bytes[indices].tobytes(), digest_size=16).hexdigest()

    def coded(self, name: str, of: Callable[[str], str] = str) -> Coded:
        """Return a column of texts as numbers, each text as ``of`` makes it."""
        found = self._coded.get((name, of))
        if found is None:
            found = self._coded[name, of] = self._code(name, of)
        return found

    def _code(self, name: str, of: Callable[[str], str]) -> Coded:
        column = pc.dictionary_encode(self._table.column(name)).combine_chunks()
        texts = [of(text) for text in column.dictionary.to_pylist()]
        values = sorted(set(texts))
        number = {value: at for at, value in enumerate(values)}
        codes = np.array([*(number[text] for text in texts), -1], dtype=np.int64)
        return Coded(values, codes[pc.fill_null(column.indices, len(texts)).to_numpy()])

    def has(self, name: str, *wanted: str) -> Flags:
        """Say of each row whether a column holds one of some texts."""
        values, codes = self.coded(name)
        flags: Flags = np.array([*(value in wanted for value in values), False])[codes]
        return flags

    def numbers(self, name: str) -> Codes:
        """Return a column of whole numbers; ``NO_NUMBER`` where there is none."""
        filled: Codes = pc.fill_null(self._table.column(name), NO_NUMBER).to_numpy()
        return filled

    def months(self, name: str) -> Codes:
        """Return a column of dates as months since the year 0; -1 where there is none."""
        return _months(_days(self._table.column(name)))

    @cached_property
    def every(self) -> Indices:
        """All rows, in the order of the table."""
        return np.arange(len(self))

    @cached_property
    def place(self) -> Coded:
        """The places, each by its folder."""
        return self.coded("place", self.slug)

    @cached_property
    def street(self) -> Coded:
        """The streets, each by its folder; streets of one name in two places are one here."""
        return self.coded("street", self.slug)

    @cached_property
    def dwelling_type(self) -> Coded:
        """The types of dwelling."""
        return self.coded("dwelling_type")

    @cached_property
    def place_names(self) -> list[str]:
        """The name of each place, in the spelling that occurs most."""
        spelled = self.coded("place")
        names: dict[int, Counter[str]] = defaultdict(Counter)
        for (place, spelling), count in _counted(self.place, spelled):
            names[place][spelled.values[spelling]] = count
        return [most_used(names[place]) for place in range(len(self.place.values))]

    @cached_property
    def street_names(self) -> dict[tuple[int, int], str]:
        """The name of each street of each place, in the spelling that occurs most there."""
        spelled = self.coded("street")
        names: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
        for (place, street, spelling), count in _counted(self.place, self.street, spelled):
            names[place, street][spelled.values[spelling]] = count
        return {street: most_used(found) for street, found in names.items()}

    @cached_property
    def last_day(self) -> Codes:
        """The last day to respond, else the first, in days since 1970."""
        opens, closes = (
            _days(self._table.column("opens_on")),
            _days(self._table.column("closes_on")),
        )
        years = _years(closes) - _years(opens)
        ends = ~np.isnat(closes) & (years <= MOST_ADVERT_YEARS)
        days: Codes = np.where(ends, closes, opens).astype(np.int64)
        return days

    @cached_property
    def list_month(self) -> Codes:
        """The month under which each dwelling is listed, in months since the year 0."""
        return _months(self.last_day.astype("datetime64[D]"))

    @cached_property
    def by_address(self) -> Indices:
        """All rows by place, street and number."""
        numbers = self.coded("house_number")
        first = [_first_number(text) for text in numbers.values]
        order: Indices = np.lexsort(
            (
                self.every,  # the table is in the order of its keys
                np.where(numbers.codes < 0, 0, numbers.codes + 1),
                np.array([*first, 0], dtype=np.int64)[numbers.codes],
                self.coded("street").codes,
                self.coded("place").codes,
            )
        )
        return order

    @cached_property
    def newest(self) -> Indices:
        """All rows by the last day to respond, newest first, and then by address."""
        order: Indices = self.by_address[np.argsort(-self.last_day[self.by_address], kind="stable")]
        return order


def split(order: Indices, codes: Codes) -> list[tuple[int, Indices]]:
    """Return the rows of each code, by code, in the order given; those without are left out."""
    order = order[codes[order] >= 0]
    of = codes[order]
    turn = np.argsort(of, kind="stable")
    of = of[turn]
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    parts = np.split(order[turn], starts)[1:]
    return [(int(of[start]), part) for start, part in zip(starts.tolist(), parts, strict=True)]


def known(numbers: Codes) -> Codes:
    """Return the numbers that there are."""
    there: Codes = numbers[numbers != NO_NUMBER]
    return there


def first_of_month(month: int) -> date:
    """Return the first day of a month that is given in months since the year 0."""
    return date(month // 12, month % 12 + 1, 1)


def month_name(month: int) -> str:
    """Return the name that a month has in an address, as ``2026-11``."""
    return f"{first_of_month(month):%Y-%m}"


def most_used(names: Counter[str]) -> str:
    """Return the spelling that occurs most."""
    return min(names, key=lambda name: (-names[name], name))


def _counted(*columns: Coded) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the codes that stand together in any row, and in how many; no code is -1."""
    sizes = [len(column.values) for column in columns]
    if not all(sizes):
        return
    together = np.ravel_multi_index([column.codes for column in columns], sizes)
    found, counts = np.unique(together, return_counts=True)
    codes = zip(*(each.tolist() for each in np.unravel_index(found, sizes)), strict=True)
    yield from zip(codes, counts.tolist(), strict=True)


def _are_file_names(keys: list[str]) -> bool:
    """Say whether every key is words of a-z and 0-9 with a hyphen between them."""
    one = "\n".join(keys)
    misplaced = (sign in f"\n{one}\n" for sign in ("--", "\n-", "-\n", "\n\n"))
    return not keys or (
        one.count("\n") == len(keys) - 1
        and not one.translate(_IN_KEY)
        and not any(misplaced)
        and max(map(len, keys)) <= _LONGEST_KEY
    )


def _texts(table: PublicTable) -> Iterable[str]:
    """Yield every row as one text that no other row has."""
    columns = [_column_text(table, name) for name in FIELDS]
    texts: list[str] = pc.binary_join_element_wise(*columns, _BETWEEN).to_pylist()
    return texts


def _column_text(table: PublicTable, name: str) -> pa.ChunkedArray:
    """Return a column as texts that hold none of our signs but the one for nothing."""
    column = table.rows.column(name)
    text = column.cast(pa.string())
    if pa.types.is_string(column.type):
        text = _hashed(text) if name == _LONG_AND_REPEATED else text
        if _has_signs(text):
            text = pc.replace_substring(text, _ESCAPE, f"{_ESCAPE}e")
            text = pc.replace_substring(text, _BETWEEN, f"{_ESCAPE}b")
    return pc.fill_null(text, f"{_ESCAPE}n")


def _has_signs(column: pa.ChunkedArray) -> bool:
    """Say whether a column of texts holds one of our signs, or did before it was cut out."""
    buffers = (chunk.buffers()[2] for chunk in column.chunks)
    texts = (buffer.to_pybytes() for buffer in buffers if buffer is not None)
    return any(sign.encode() in text for text in texts for sign in (_BETWEEN, _ESCAPE))


def _hashed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put a hash in the place of each text."""
    coded = pc.dictionary_encode(column).combine_chunks()
    hashes = pa.array(map(_hash, coded.dictionary.to_pylist()), pa.string())
    return pa.chunked_array([hashes.take(coded.indices)])


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=_MARK_SIZE).hexdigest()


def _first_number(text: str) -> int:
    found = _NUMBERS.search(text)
    return int(found[0][:9]) if found else 0


def _days(column: pa.ChunkedArray) -> npt.NDArray[np.datetime64]:
    days: npt.NDArray[np.datetime64] = column.to_numpy().astype("datetime64[D]")
    return days


def _years(days: npt.NDArray[np.datetime64]) -> Codes:
    years: Codes = days.astype("datetime64[Y]").astype(np.int64)
    return years


def _months(days: npt.NDArray[np.datetime64]) -> Codes:
    months: Codes = days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return np.where(np.isnat(days), -1, months)
