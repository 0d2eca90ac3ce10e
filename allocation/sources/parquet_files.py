"""Parquet files: read in place, never copied.

Decides nothing but the names and types of the columns.
"""

from __future__ import annotations

from pathlib import Path

from allocation.engine import Engine
from allocation.sources.staging import (
    Field,
    Staged,
    Style,
    identifier,
    literal,
    refusing_damage,
    require_distinct,
)


def stage_parquet(engine: Engine, path: Path, style: Style) -> Staged:
    """Make a Parquet file known to the engine; the first record is row 2.

    Raises:
        InputRefused: damaged, or two columns differ in capitals only.
    """
    source = literal(str(path))
    with refusing_damage(path.name):
        described = engine.rows(
            f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet({source}))"
        )
        rows = int(str(engine.rows(f"SELECT count(*) FROM read_parquet({source})")[0][0]))
    fields = {str(name): Field(identifier(str(name)), str(kind)) for name, kind in described}
    require_distinct(path.name, list(fields))
    relation = (
        "(SELECT *, file_row_number AS _id, file_row_number + 2 AS _row "
        f"FROM read_parquet({source}, file_row_number = true))"
    )
    return Staged(path.name, relation, fields, rows, style, in_place=True)
