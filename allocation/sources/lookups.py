"""Translations of the distinct texts of a column: codes, named dates, places, HTML.

Decides which code a text stands for, by the mapping first and the code lists
then, and how texts that need Python are written.  Python sees each distinct
text once, and only those that need it.
"""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from allocation.contract import SQL_TYPES, Kind, Table
from allocation.engine import Engine
from allocation.sources.binding import Bound
from allocation.sources.findings import ProblemKind
from allocation.sources.parsing import english, has_names, parse_text
from allocation.sources.places import is_capitals, usual_case
from allocation.sources.shaping import PLACES, is_text
from allocation.sources.staging import Style, literal
from allocation.sources.texts import HTML, plain_text
from allocation.vocabulary import aliases, code_lists

_SCHEMA = pa.schema([("text", pa.string()), ("value", pa.string()), ("note", pa.string())])


def make_lookups(
    engine: Engine,
    table: Table,
    bound: Collection[Bound],
    texts: str,
    style: Style,
    coded: bool,
    plain: Collection[str],
) -> frozenset[str]:
    """Make a table ``_look_<table>_<column>`` where one is needed; return those columns."""
    made = set()
    for entry in bound:
        column = entry.column
        if not entry.source or column.name in plain:
            continue
        name = f"_look_{table.name}_{column.name}"
        if column.kind is Kind.CODE:
            _store(engine, name, [(t, code, None) for t, code in _codes(entry, coded).items()])
        elif column.kind is Kind.TEXT and not column.identifies:
            if not (rows := _texts(engine, texts, column.name)):
                continue
            _store(engine, name, rows)
        elif has_names(style, column.kind) and is_text(entry):
            _dates(engine, name, texts, column.name, column.kind, style)
        else:
            continue
        made.add(column.name)
    return frozenset(made)


def _store(engine: Engine, name: str, rows: list[tuple[str, str | None, str | None]]) -> None:
    found = pa.Table.from_arrays(
        [pa.array(values, pa.string()) for values in zip(*rows, strict=True)], schema=_SCHEMA
    )
    engine.register("_arrow", found)
    engine.run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _arrow")
    engine.connection.unregister("_arrow")


def _codes(entry: Bound, coded: bool) -> dict[str, str]:
    """Return every text that stands for a code of the column, the empty text included."""
    code_list = entry.column.code_list
    known = dict(aliases(code_list))
    if coded:
        codes = code_lists()[code_list].values()
        lists = {code.vera_list for code in codes} - {""}
        for code in codes:
            known |= {f"{x}/{code.code}": code.code for x in {*lists, code_list, code_list.upper()}}
            if code.vera_code:
                known[f"{code.vera_list}/{code.vera_code}"] = code.code
        known |= {f"{x}/{t}": code for x in lists for t, code in entry.codes.items() if t}
    return known | {" ".join(t.split()): code for t, code in entry.codes.items()}


def _texts(engine: Engine, texts: str, column: str) -> list[tuple[str, str | None, str | None]]:
    """Return the distinct texts with HTML, and the places in capitals, as they should be."""
    capitals = f"OR t_{column} = upper(t_{column})" if column in PLACES else ""
    found = engine.rows(
        f"SELECT DISTINCT t_{column} FROM {texts} "
        f"WHERE regexp_matches(t_{column}, {literal(HTML)}) {capitals}"
    )
    rows = []
    for (value,) in found:
        text = str(value)
        plain = plain_text(text)
        note = None if plain == text else ProblemKind.HTML_REMOVED
        if column in PLACES and plain is not None and is_capitals(plain):
            plain = usual_case(plain)
            note = note or (ProblemKind.CAPITALS if plain != text else None)
        if note is not None:
            rows.append((text, plain, note.value))
    return sorted(rows, key=lambda row: row[0])


def _dates(engine: Engine, name: str, texts: str, column: str, kind: Kind, style: Style) -> None:
    value = parse_text(kind, english("text"), style)
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {name} AS "
        f"SELECT text, CAST({value} AS {SQL_TYPES[kind]}) AS value, NULL::VARCHAR AS note "
        f"FROM (SELECT DISTINCT t_{column} AS text FROM {texts} WHERE t_{column} IS NOT NULL)"
    )
