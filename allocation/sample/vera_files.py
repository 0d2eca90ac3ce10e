"""Writing a table as VERA's JSON: an array of nested objects.

Decides where each column stands in VERA, by the contract alone: reference
values become objects of code, name and list, what is not given is left out.
The text is made by the engine, a column at a time, never row by row.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from allocation.contract import Column, Kind, Table
from allocation.sample.files import Pieces
from allocation.vocabulary import code_lists

BATCH = 20_000
_PRIORITY = "voorrangsregelingen[0]"
_NUMBERED = "SELECT *, row_number() OVER () AS n FROM piece"


def write_vera(table: Table, pieces: Pieces, path: Path) -> int:
    """Write an array with one object a line; return how many objects."""
    connection = duckdb.connect()
    objects = 0
    try:
        connection.execute(
            "SET TimeZone = 'UTC'; SET threads = 2; SET preserve_insertion_order = true"
        )
        for name in sorted({c.code_list for c in table.columns if c.code_list}):
            connection.register(f"codes_{name}", _references(name))
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write("[")
            for piece in pieces:
                connection.register("piece", piece)
                result = connection.execute(_query(table))
                while rows := result.fetchmany(BATCH):
                    file.write(",\n" if objects else "\n")
                    file.write(",\n".join(row[0] for row in rows))
                    objects += len(rows)
                connection.unregister("piece")
            file.write("\n]\n")
    finally:
        connection.close()
    return objects


def _references(name: str) -> pa.Table:
    """Return our codes of a list with the reference object of each, as JSON text."""
    codes = list(code_lists()[name].values())
    return pa.table(
        {
            "code": [code.code for code in codes],
            "name": [code.name_nl for code in codes],
            "vera": [code.vera_code or code.code for code in codes],
            "list": [code.vera_list if code.vera_code else name.upper() for code in codes],
        }
    )


def _query(table: Table) -> str:
    """Return the SQL that makes one JSON text for each object."""
    nested = [column for column in table.columns if "[]." in column.vera]
    plain = [column for column in table.columns if column not in nested]
    if not nested:
        return f"SELECT {_object(_tree(plain))} FROM ({_NUMBERED}) ORDER BY n"
    inside = nested[0]
    array, _, key = inside.vera.partition("[].")
    items = f"string_agg('{{\"{key}\":' || {_value(inside)} || '}}', ',' ORDER BY {inside.name})"
    group = ", ".join(column.name for column in plain)
    whole = _object(_tree(plain), [_member(array, "'[' || items || ']'")])
    return (
        f"SELECT {whole} FROM ("
        f"SELECT {group}, {items} AS items, min(n) AS n "
        f"FROM ({_NUMBERED}) GROUP BY {group}) ORDER BY n"
    )


def _tree(columns: list[Column]) -> dict[str, Any]:
    """Put the columns in the tree of their VERA paths."""
    tree: dict[str, Any] = {}
    for column in columns:
        node = tree
        *above, leaf = column.vera.split(".")
        for part in above:
            node = node.setdefault(part, {})
        node[leaf] = column
    return tree


def _object(tree: dict[str, Any], more: list[str] | None = None) -> str:
    """Return the SQL of an object; members that are null are left out."""
    members = [_branch(name, node) for name, node in tree.items()] + (more or [])
    return "'{' || concat_ws(',', " + ", ".join(members) + ") || '}'"


def _branch(name: str, node: Any) -> str:
    if isinstance(node, Column):
        return _member(name, _value(node))
    inner = _object(node)
    leaves = ", ".join(leaf.name for leaf in _leaves(node))
    if name == _PRIORITY:
        kind = _leaves(node)[0].name
        array = (
            f"CASE WHEN {kind} = 'none' THEN '[]' "
            f"WHEN {kind} IS NOT NULL THEN '[' || {inner} || ']' END"
        )
        return _member(name.removesuffix("[0]"), array)
    return _member(name, f"CASE WHEN coalesce({_texts(leaves)}) IS NOT NULL THEN {inner} END")


def _texts(leaves: str) -> str:
    return ", ".join(f"CAST({name} AS VARCHAR)" for name in leaves.split(", "))


def _leaves(node: dict[str, Any]) -> list[Column]:
    found: list[Column] = []
    for below in node.values():
        found += [below] if isinstance(below, Column) else _leaves(below)
    return found


def _member(name: str, value: str) -> str:
    """Return the SQL of a member; null where the value is null."""
    return f"'\"{name}\":' || {value}"


def _value(column: Column) -> str:
    """Return the SQL of a value as JSON text."""
    name = column.name
    if column.kind is Kind.CODE:
        return (
            f"(SELECT '{{\"code\":' || CAST(to_json(c.vera) AS VARCHAR) || ',\"naam\":' || "
            f'CAST(to_json(c.name) AS VARCHAR) || \',"soort":{{"code":"\' || c.list || \'"}}}}\' '
            f"FROM codes_{column.code_list} c WHERE c.code = {name})"
        )
    if column.kind is Kind.TEXT:
        return f"CAST(to_json({name}) AS VARCHAR)"
    if column.kind is Kind.DATE:
        return f"'\"' || CAST({name} AS VARCHAR) || '\"'"
    if column.kind is Kind.INSTANT:
        return f"'\"' || strftime(CAST({name} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ') || '\"'"
    if column.kind in (Kind.INTEGER, Kind.MONEY, Kind.DECIMAL, Kind.BOOLEAN):
        return f"CAST({name} AS VARCHAR)"
    raise ValueError(column.kind)
