"""Numbers of the world as columns of the contract: dates, moments, money, codes.

Decides how -1 becomes an empty value and cents become decimals.  Knows no
table by name.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from allocation.contract import Table
from allocation.sample.figures import Array
from allocation.sample.world import NONE

MONEY = pa.decimal128(12, 2)


def contract_table(table: Table, columns: dict[str, Any]) -> pa.Table:
    """Put columns in the contract's order and types; a column that is absent is empty."""
    count = len(next(iter(columns.values())))
    arrays = []
    for column in table.columns:
        values = columns.pop(column.name, None)
        kind = column.arrow.type
        arrays.append(pa.nulls(count, kind) if values is None else _typed(values, kind))
    if columns:
        raise ValueError(f"{table.name}: no column {', '.join(columns)}")
    return pa.Table.from_arrays(arrays, schema=table.schema)


def _typed(values: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.cast(kind) if values.type != kind else values
    return pa.array(values, type=kind)


def whole(values: Array, empty: Array | None = None) -> pa.Array:
    """Return whole numbers; -1, or where ``empty``, is null."""
    mask = values == NONE if empty is None else empty
    return pa.array(values.astype(np.int64), mask=mask)


def money(cents: Array, kind: pa.DataType, empty: Array | None = None) -> pa.Array:
    """Return hundredths as decimals."""
    exact = whole(cents, empty).cast(pa.decimal128(19, 0))
    return pc.multiply(exact, pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))).cast(kind)


def dates(days: Array, empty: Array | None = None) -> pa.Array:
    """Return dates; -1, or where ``empty``, is null."""
    mask = days == NONE if empty is None else empty
    return pa.array(days.astype(np.int32), mask=mask).cast(pa.date32())


def instants(seconds: Array, empty: Array | None = None) -> pa.Array:
    """Return moments; -1, or where ``empty``, is null."""
    mask = seconds == NONE if empty is None else empty
    moments = pa.array(seconds.astype(np.int64) * 1_000_000, mask=mask)
    return moments.cast(pa.timestamp("us", tz="UTC"))


def coded(index: Array, names: tuple[str, ...], empty: Array | None = None) -> pa.Array:
    """Return the names that indices stand for; -1, or where ``empty``, is null."""
    mask = index == NONE if empty is None else empty
    return pa.array(names).take(pa.array(index.astype(np.int32), mask=mask))
