"""What every rendering of a report shares: how a cell reads and how a column stands.

Decides the written form of a typed cell and which columns are numbers.
"""

from __future__ import annotations

from datetime import date

from allocation.reports import words
from allocation.reports.document import Cell, Table


def shown(cell: Cell) -> str:
    """Return a cell as it reads in Dutch."""
    if cell is None:
        return words.NOT_KNOWN
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return words.day(cell)
    return words.number(cell)


def is_numeric(table: Table, column: int) -> bool:
    """Say whether a column holds numbers, apart from cells that say why there is none."""
    cells = [row[column] for row in table.rows]
    return column > 0 and any(isinstance(cell, int | float) for cell in cells)
