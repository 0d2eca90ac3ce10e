"""The public table, read back from the open data: nothing lost, and nothing believed blindly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from allocation.opendata.formats import parquet_bytes
from allocation.opendata.read_back import CHECKS_FILE, DWELLINGS_FILE, NotOurTable, read_back
from allocation.opendata.tables import checks_table, dwellings_table
from allocation.public import LETTINGS, PublicTable
from tests.unit.tables import history

ROWS = history(400, date(2025, 1, 1), 650)
DWELLINGS, CHECKS = dwellings_table(ROWS), checks_table(ROWS)


def test_what_was_written_is_read_back() -> None:
    found = read_back(parquet_bytes(DWELLINGS), parquet_bytes(CHECKS))
    assert found.rows.schema.equals(LETTINGS)
    assert found.rows.num_rows == 400
    checks = ROWS.rows.column("checks")
    assert checks.null_count < 400
    for name in LETTINGS.names:
        before = ROWS.rows.column(name)
        if pa.types.is_string(before.type):
            before = pc.if_else(pc.equal(before, ""), pa.scalar(None, pa.string()), before)
        assert found.rows.column(name).to_pylist() == before.to_pylist(), name


def test_a_site_without_a_dwelling_has_a_table_too() -> None:
    none = PublicTable(ROWS.rows.slice(0, 0))
    content = parquet_bytes(dwellings_table(none)), parquet_bytes(checks_table(none))
    assert read_back(*content).rows.num_rows == 0


def _set(table: pa.Table, name: str, value: str | None) -> pa.Table:
    at = table.schema.get_field_index(name)
    values = pa.array([value, *table.column(name).to_pylist()[1:]], pa.string())
    return table.set_column(at, pa.field(name, pa.string()), values)


def _text(_table: pa.Table) -> bytes:
    return b"key;street\n"


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (_text, "a text"),
        (lambda table: parquet_bytes(table)[:-9], "a file that was cut off"),
        (lambda table: parquet_bytes(table.drop_columns(["rank"])), "a column too few"),
        (lambda table: parquet_bytes(pa.concat_tables([table, table])), "a key that stands twice"),
        (lambda table: parquet_bytes(_set(table, "street", None)), "no street"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_dwellings_that_are_not_ours_are_told(
    spoil: Callable[[pa.Table], bytes], what: str
) -> None:
    with pytest.raises(NotOurTable) as found:
        read_back(spoil(DWELLINGS), parquet_bytes(CHECKS))
    assert found.value.file == DWELLINGS_FILE, what


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (_text, "a text"),
        (lambda table: parquet_bytes(table.drop_columns(["since"])), "a column too few"),
        (lambda table: parquet_bytes(_set(table, "key", "elders-1")), "a dwelling not there"),
        (lambda table: parquet_bytes(_set(table, "result", "fine")), "a result that is none"),
        (lambda table: parquet_bytes(_set(table, "explanation", "so")), "no explanation of ours"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_checks_that_are_not_ours_are_told(spoil: Callable[[pa.Table], bytes], what: str) -> None:
    with pytest.raises(NotOurTable) as found:
        read_back(parquet_bytes(DWELLINGS), spoil(CHECKS))
    assert found.value.file == CHECKS_FILE, what
