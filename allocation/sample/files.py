"""Writing a table as a file: CSV, Parquet or XLSX, the same bytes every time.

Decides how the fictional supplier writes values.  Text files carry the
sector's own codes where there are any, so that reading them is tested too;
Parquet and XLSX carry ours.  VERA's JSON has a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from allocation.contract import Kind, Table
from allocation.errors import ConfigError
from allocation.vocabulary import code_lists

Pieces = Iterator[pa.Table]
Write = Callable[[Table, Pieces, Path], int]
"""Writes the pieces of a table to a file and returns the number of records."""

XLSX_MOST_ROWS = 1_000_000
XLSX_CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook knows no zone


def write_csv(table: Table, pieces: Pieces, path: Path) -> int:
    """Write UTF-8 with ``;`` and decimal commas, and VERA's codes where there are any."""
    return _write_csv(table, pieces, path, alias=True)


def write_plain_csv(table: Table, pieces: Pieces, path: Path) -> int:
    """Write the same with our own codes."""
    return _write_csv(table, pieces, path, alias=False)


def _write_csv(table: Table, pieces: Pieces, path: Path, *, alias: bool) -> int:
    schema = pa.schema([(name, pa.string()) for name in table.names])
    options = pcsv.WriteOptions(
        delimiter=";", quoting_style="needed", quoting_header="none", batch_size=16_384
    )
    rows = 0
    with path.open("wb") as sink, pcsv.CSVWriter(sink, schema, write_options=options) as writer:
        for piece in pieces:
            rows += piece.num_rows
            columns = [
                _text(piece.column(column.name), column.kind, column.code_list if alias else "")
                for column in table.columns
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    return rows


def _text(values: pa.ChunkedArray, kind: Kind, code_list: str) -> pa.ChunkedArray:
    """Return a column as the text of a Dutch export."""
    if kind is Kind.CODE:
        return _aliased(values, code_list) if code_list else values
    if kind is Kind.TEXT:
        return values
    if kind in (Kind.MONEY, Kind.DECIMAL):
        return pc.replace_substring(values.cast(pa.string()), ".", ",")
    if kind is Kind.BOOLEAN:
        return pc.if_else(values, "ja", "nee")
    if kind is Kind.INSTANT:
        moments = values.cast(pa.timestamp("s"))
        return pc.binary_join_element_wise(
            pc.replace_substring(moments.cast(pa.string()), " ", "T"), "Z", ""
        )
    if kind in (Kind.DATE, Kind.INTEGER):
        return values.cast(pa.string())
    raise ValueError(kind)


def _aliased(values: pa.ChunkedArray, code_list: str) -> pa.ChunkedArray:
    """Replace our codes by VERA's, where VERA has one."""
    codes = code_lists()[code_list].values()
    known = pa.array([code.code for code in codes])
    theirs = pa.array([code.vera_code or code.code for code in codes])
    places = pc.index_in(values, known)
    return pa.chunked_array([theirs.take(chunk) for chunk in places.chunks], pa.string())


def write_parquet(table: Table, pieces: Pieces, path: Path) -> int:
    """Write the contract's Arrow types, a row group for each piece."""
    rows = 0
    repeated = [column.name for column in table.columns if not column.identifies]
    dictionary = repeated + (["publication_id"] if "publication_id" in table.names else [])
    with pq.ParquetWriter(
        path, table.schema, compression="zstd", compression_level=1, use_dictionary=dictionary
    ) as writer:
        for piece in pieces:
            rows += piece.num_rows
            writer.write_table(piece)
    return rows


def write_xlsx(table: Table, pieces: Pieces, path: Path) -> int:
    """Write one workbook with one sheet.

    Raises:
        ConfigError: the extra is not installed, or the table has too many rows.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise ConfigError("Writing XLSX needs the extra: pip install 'allocation[xlsx]'.") from None
    kept = []
    rows = 0
    for piece in pieces:
        rows += piece.num_rows
        if rows > XLSX_MOST_ROWS:
            raise ConfigError(
                "XLSX holds at most {most} rows a table and {table} has more; "
                "choose parquet or csv.",
                most=f"{XLSX_MOST_ROWS:,}",
                table=table.name,
            )
        kept.append(piece)
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": XLSX_CREATED})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(table.name)
    sheet.write_row(0, 0, table.names)
    at = 0
    for piece in kept:
        columns = [_cells(piece.column(c.name), c.kind) for c in table.columns]
        for values in zip(*columns, strict=True):
            at += 1
            for column, value in enumerate(values):
                if value is None:
                    continue
                if table.columns[column].kind is Kind.DATE:
                    sheet.write_datetime(at, column, value, day)
                else:
                    sheet.write(at, column, value)
    book.close()
    return rows


def _cells(values: pa.ChunkedArray, kind: Kind) -> list[object]:
    """Return values as a cell holds them: moments as text, since a cell knows no zone."""
    if kind is Kind.INSTANT:
        values = _text(values, kind, "")
    if kind in (Kind.MONEY, Kind.DECIMAL):
        values = values.cast(pa.float64())
    cells: list[object] = values.to_pylist()
    return cells
