"""Parquet files: read in place, never copied.

Decides nothing but the names and types of the columns.
"""

from __future__ import annotations

from pathlib import Path

from allocation.engine import Engine, one_file, path_sql
from allocation.sources.staging import (
    Field,
    Staged,
    Style,
    identifier,
    refusing_damage,
    require_distinct,
)

_NUMBER = "file_row_number"
_MOMENT = "TIMESTAMP WITH TIME ZONE"


def stage_parquet(engine: Engine, path: Path, style: Style) -> Staged:
    """Make a Parquet file known to the engine; the first record is row 2.

    Its columns get names of ours, so that none is taken for a number of a row.

    Raises:
        InputRefused: damaged, or two columns differ in capitals only.
    """
    plain = f"read_parquet({one_file(path)})"
    with refusing_damage(path.name):
        described = engine.rows(
            f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {plain})"
        )
        rows = int(str(engine.rows(f"SELECT count(*) FROM {plain}")[0][0]))
        require_distinct(path.name, _names(engine, path), style)
    fields, selected = {}, []
    for i, (name, kind) in enumerate(described):
        source, its_type = identifier(str(name)), str(kind)
        if its_type == "TIMESTAMPTZ_NS":  # the engine's functions for moments do not take it
            source, its_type = f"CAST({source} AS {_MOMENT})", _MOMENT
        fields[str(name)] = Field(f"c{i}", its_type)
        selected.append(f"{source} AS c{i}")
    numbered = f"{plain[:-1]}, {_NUMBER} = true)"
    number = _NUMBER
    if _NUMBER in {name.lower() for name in fields}:  # a column of theirs has the engine's name
        numbered, number = plain, "row_number() OVER () - 1"
    relation = (
        f"(SELECT _id, _id + 2 AS _row, {', '.join(fields[n].sql for n in fields)} FROM "
        f"(SELECT {number} AS _id, {', '.join(selected)} FROM {numbered}))"
    )
    return Staged(path.name, relation, fields, rows, style, in_place=True)


def _names(engine: Engine, path: Path) -> list[str]:
    """Return the names of the columns as the file spells them, without what lies within one."""
    names, within = [], 0
    parts = engine.rows(f"SELECT name, num_children FROM parquet_schema({path_sql(path)})")
    for name, children in parts[1:]:
        below = int(str(children or 0))
        if within:
            within += below - 1
        else:
            names.append(str(name))
            within = below
    return names
