"""A table as CSV, Parquet or JSON: the same bytes for the same rows.

Decides how a value is written.  In CSV a text that a spreadsheet could take
for a formula gets an apostrophe before it (see ``guarded``); Parquet and JSON
hold the text as it is.  It knows nothing of what the columns mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

_STARTS_FORMULA = re.compile(r"(^|[;\t\r\n])([\s\"']*)(?=[=+\-@＝＋－＠])")
_GUARDED = re.compile(r"(^|[;\t\r\n])([\s\"']*)'(?=[=+\-@＝＋－＠])")

_MAY_START_FORMULA = r"(^|[;\t\r\n])[^0-9A-Za-z]*[=+\-@＝＋－＠]"
_NEEDS_ESCAPE = r'["\\\x00-\x1f]'
"""What a text must hold to be changed at all, in the dialect of Arrow (RE2)."""

_ROWS_IN_GROUP = 1 << 20
_DICTIONARY_BYTES = 1 << 24


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    An apostrophe goes before ``= + - @`` (and their wide forms) at the start
    of the text or after a character at which a spreadsheet may cut it into
    cells (semicolon, tab, line end), also with white space or quotes between.
    ``unguarded`` gives the text back.
    """
    return _STARTS_FORMULA.sub(r"\1\2'", text)


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` was given."""
    return _GUARDED.sub(r"\1\2", text)


def csv_bytes(table: pa.Table) -> bytes:
    """Return a table as CSV: UTF-8, comma, decimal point, LF, every text quoted, NULL empty."""
    columns = [
        _mapped(column, _MAY_START_FORMULA, guarded) if pa.types.is_string(column.type) else column
        for column in table.columns
    ]
    sink = pa.BufferOutputStream()
    pc_csv.write_csv(
        pa.table(columns, names=table.column_names),
        sink,
        pc_csv.WriteOptions(include_header=True, quoting_style="needed"),
    )
    return bytes(sink.getvalue())


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as Parquet, compressed with Zstandard."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        row_group_size=_ROWS_IN_GROUP,
        dictionary_pagesize_limit=_DICTIONARY_BYTES,
        store_schema=False,
    )
    return bytes(sink.getvalue())


def json_values(table: pa.Table) -> dict[str, pa.Array]:
    """Return every column as JSON values, NULL where there is none."""
    return {name: _json_values(_flat(table.column(name))) for name in table.column_names}


def json_rows(values: dict[str, pa.Array]) -> pa.Array:
    """Return each row as a JSON array, one text a row."""
    joined = pc.binary_join_element_wise(*(pc.fill_null(v, "null") for v in values.values()), ",")
    return pc.binary_join_element_wise("[", joined, "]", "")


def json_objects(values: dict[str, pa.Array]) -> pa.Array:
    """Return each row as a JSON object without the members that have no value."""
    members = (pc.binary_join_element_wise(f'"{name}":', v, "") for name, v in values.items())
    joined = pc.binary_join_element_wise(*members, ",", null_handling="skip")
    return pc.binary_join_element_wise("{", joined, "}", "")


def json_table(names: list[str], rows: list[str]) -> bytes:
    """Return a JSON array of arrays: the names of the columns, then the rows, one a line."""
    return ("[" + ",\n".join([json.dumps(names), *rows]) + "]\n").encode()


def _json_values(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type):
        escaped = _mapped(
            column, _NEEDS_ESCAPE, lambda text: json.dumps(text, ensure_ascii=False)[1:-1]
        )
        return pc.binary_join_element_wise('"', escaped, '"', "")
    if pa.types.is_date(column.type):
        return pc.binary_join_element_wise('"', column.cast(pa.string()), '"', "")
    return column.cast(pa.string())


def _mapped(
    column: pa.ChunkedArray | pa.Array, pattern: str, change: Callable[[str], str]
) -> pa.Array:
    """Change the texts of a column that hold the pattern; mostly there are none."""
    flat = _flat(column)
    hits = pc.fill_null(pc.match_substring_regex(flat, pattern), False)
    if not pc.any(hits).as_py():
        return flat
    changed = [change(text) for text in flat.filter(hits).to_pylist()]
    return pc.replace_with_mask(flat, hits, pa.array(changed, pa.string()))


def _flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        return column.combine_chunks()
    return column
