"""Keys that are a number in a fixed dress, such as ``R00012345``: looked at as bytes.

Decides whether all keys of a large column have one shape, and whether one of
them stands twice.  Both are exact: of one shape, equal numbers are equal keys.
It looks at millions of keys in the time of reading them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from allocation.engine import Engine

_MOST_DIGITS = 18
"""More digits do not fit in a number of 64 bits."""

_SPARSE = 8
"""Numbers spread over more than so many times their count are put in order, not ticked off."""

_ROWS = 100_000
"""So many rows at a time stay in a processor's own memory."""

Numbers = npt.NDArray[np.int64]


def is_numbered(shape: str) -> bool:
    """Say whether keys of a shape (every digit a 0) can be told apart by their number."""
    return shape.isascii() and 0 < shape.count("0") <= _MOST_DIGITS


def numbers_of(engine: Engine, relation: str, source: str, shape: str) -> Numbers | None:
    """Return the number in each key of a column; None when one has another shape or is missing.

    ``shape`` is one for which ``is_numbered`` holds.  The numbers have no order.
    """
    with engine.unordered():
        keys = engine.arrow(f"SELECT CAST({source} AS VARCHAR) AS key FROM {relation}").column(0)
    parts = [chunk.slice(at, _ROWS) for chunk in keys.chunks for at in range(0, len(chunk), _ROWS)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda part: _numbers(part, shape), parts))
    numbers = [part for part in found if part is not None]
    if len(numbers) < len(found):
        return None
    return np.concatenate(numbers) if numbers else np.empty(0, np.int64)


def is_any_twice(numbers: Numbers) -> bool:
    """Say whether any number stands more than once."""
    if not len(numbers):
        return False
    least, most = int(numbers.min()), int(numbers.max())
    if most - least < _SPARSE * len(numbers):
        seen = np.zeros(most - least + 1, dtype=np.bool_)
        seen[numbers - least] = True
        return int(np.count_nonzero(seen)) < len(numbers)
    ordered = np.sort(numbers)
    return bool((ordered[1:] == ordered[:-1]).any())


def _numbers(keys: pa.Array, shape: str) -> Numbers | None:
    """Return the numbers of a few keys, which all must have the shape."""
    width = len(shape)
    keys = keys.cast(pa.large_string())
    if keys.null_count or not pc.all(pc.equal(pc.binary_length(keys), width)).as_py():
        return None
    offsets = np.frombuffer(keys.buffers()[1], np.int64)
    start = int(offsets[keys.offset])
    signs = np.frombuffer(keys.buffers()[2], np.uint8, len(keys) * width, start)
    signs = signs.reshape(-1, width)
    numbers = np.zeros(len(keys), dtype=np.int64)
    for place, sign in enumerate(shape):
        if sign != "0":
            if not (signs[:, place] == ord(sign)).all():
                return None
            continue
        digits = signs[:, place] - np.uint8(ord("0"))
        if digits.max() > 9:
            return None
        numbers *= 10
        numbers += digits
    return numbers
