"""What is noted of the files of a release: path, fingerprint and time of each.

Decides how such a list is kept and looked up.  There are some hundred thousand
files, and on most nights nearly all of them stay: the list therefore stays in
columns, and a file is an index into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Noted: TypeAlias = tuple[str, int]
"""What is noted of a file: its fingerprint, and its time in seconds since 1970."""

Places: TypeAlias = npt.NDArray[np.int64]
"""Indices into a list of files."""

NOT_LISTED = -1

_SCHEMA = pa.schema(
    [
        pa.field("path", pa.string(), nullable=False),
        pa.field("fingerprint", pa.string(), nullable=False),
        pa.field("time", pa.int64(), nullable=False),
    ]
)


class FileList:
    """The files of a tree, each path once; never changed."""

    def __init__(self, table: pa.Table) -> None:
        """Take a table with the columns ``path``, ``fingerprint`` and ``time``."""
        self._table = table.select(_SCHEMA.names).cast(_SCHEMA)

    @classmethod
    def of(cls, files: Mapping[str, Noted]) -> FileList:
        """Return a list of what is noted of each path."""
        marks, times = ([noted[at] for noted in files.values()] for at in (0, 1))
        columns = (
            pa.array(values, of.type)
            for values, of in zip((list(files), marks, times), _SCHEMA, strict=True)
        )
        return cls(pa.Table.from_arrays(list(columns), schema=_SCHEMA))

    @classmethod
    def empty(cls) -> FileList:
        """Return a list of no files."""
        return cls(_SCHEMA.empty_table())

    @classmethod
    def read(cls, path: Path) -> FileList:
        """Read what ``write`` wrote."""
        with pq.ParquetFile(path) as file:
            return cls(file.read())

    def write(self, path: Path) -> None:
        """Write the list; it is read every night, so that speed counts more than size."""
        pq.write_table(self._table, path, use_dictionary=["time"], compression="none")

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.column("path").to_pylist())

    def items(self) -> Iterator[tuple[str, Noted]]:
        """Yield each path with what is noted of it."""
        paths, marks, times = (self._table.column(name).to_pylist() for name in _SCHEMA.names)
        yield from zip(paths, zip(marks, times, strict=True), strict=True)

    def place(self, path: str) -> int:
        """Return the index of a path, or ``NOT_LISTED``."""
        return self._places.get(path, NOT_LISTED)

    def places(self, paths: Iterable[str]) -> Places:
        """Return the index of each path, or ``NOT_LISTED``."""
        return np.fromiter(map(self._places.get, paths, repeat(NOT_LISTED)), dtype=np.int64)

    def fingerprint(self, place: int) -> str:
        """Return the fingerprint of the file at an index."""
        return str(self._fingerprints[place].as_py())

    def noted(self, place: int) -> Noted:
        """Return what is noted of the file at an index."""
        return self.fingerprint(place), int(self._times[place])

    def take(self, places: Places) -> FileList:
        """Return the list of the files at some indices."""
        return FileList(self._table.take(pa.array(places)))

    def joined(self, other: FileList) -> FileList:
        """Return the files of this list and of another, which has none of them."""
        return FileList(pa.concat_tables([self._table, other._table]))

    def have_fingerprints(self, places: Places, wanted: pa.Array) -> npt.NDArray[np.bool_]:
        """Say of each index whether the file there is listed and has the fingerprint wanted."""
        listed = places != NOT_LISTED
        found = pc.take(self._fingerprints, pa.array(places, mask=~listed))
        same: npt.NDArray[np.bool_] = pc.fill_null(pc.equal(found, wanted), False).to_numpy(
            zero_copy_only=False
        )
        return same

    def in_other(self, other: FileList) -> Places:
        """Return where another list notes just the same of each file, else ``NOT_LISTED``."""
        places = other.places(self)
        same = other.have_fingerprints(places, self._fingerprints)
        same[same] = other._times[places[same]] == self._times[same]
        return np.where(same, places, NOT_LISTED)

    @cached_property
    def _places(self) -> dict[str, int]:
        return dict(zip(self, range(len(self)), strict=True))

    @cached_property
    def _fingerprints(self) -> pa.Array:
        return _one(self._table.column("fingerprint"))

    @cached_property
    def _times(self) -> Places:
        times: Places = _one(self._table.column("time")).to_numpy()
        return times


def _one(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one piece."""
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
