"""What the association chose not to show, taken out of the public table.

Decides it at the end of the barrier, for every row: also for a row that stays
as an earlier night left it.  A column that is not shown is empty, so that no
page, list, index, feed, report or table of the open data can tell it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from allocation.barrier.carry_over import Released
from allocation.config import Publication
from allocation.keys import mark_of, public_key
from allocation.public import LETTINGS, PublicTable


def hide_fields(released: Released, publication: Publication) -> Released:
    """Empty the columns that are not to be shown; the marks and the pairs stay."""
    rows = released.public.rows
    for name in publication.hidden_fields:
        rows = _with(rows, name, [None] * rows.num_rows)
    if not publication.show_house_number and rows.column("house_number").null_count < len(rows):
        names = [rows.column(name).to_pylist() for name in ("key", "street", "place")]
        keys = [
            public_key(mark_of(key), street, None, place)
            for key, street, place in zip(*names, strict=True)
        ]
        rows = _with(_with(rows, "house_number", [None] * rows.num_rows), "key", keys)
        rows = rows.sort_by("key")
    return Released(PublicTable(rows), released.pairs)


def _with(rows: pa.Table, name: str, values: Sequence[str | None]) -> pa.Table:
    at, field = LETTINGS.get_field_index(name), LETTINGS.field(name)
    return rows.set_column(at, field, pa.array(values, field.type))
