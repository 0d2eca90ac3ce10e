"""XLSX workbooks: one sheet, a header in row 1, through python-calamine.

Decides how a cell becomes a text: a number with the declared decimal sign, a
date or a moment in ISO form, a tick box as true or false.  A value that looks
like a date but is a text stays a text.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from allocation.engine import Engine, one_file
from allocation.errors import ConfigError, InputRefused, Place
from allocation.sources import messages
from allocation.sources.findings import ProblemKind
from allocation.sources.staging import Field, Rejected, Staged, Style, require_distinct
from allocation.sources.xlsx_errors import error_cells

ERROR = "#ERROR!"
"""What stands for every error of a formula: no value of any column but a text."""


def stage_xlsx(engine: Engine, path: Path, style: Style, table: str) -> Staged:
    """Read the sheet of a workbook into Parquet of texts in the engine's work folder.

    Raises:
        ConfigError: python-calamine is not installed.
        InputRefused: damaged, empty, or several sheets.
    """
    texts, fields, rejected = read_sheet(path, style, table)
    target = engine.work / f"{path.name}.{table}.raw.parquet"
    pq.write_table(texts, target)
    relation = (
        "(SELECT *, file_row_number AS _id "
        f"FROM read_parquet({one_file(target)}, file_row_number = true))"
    )
    return Staged(path.name, relation, fields, texts.num_rows, style, rejected)


def read_sheet(
    path: Path, style: Style, table: str
) -> tuple[pa.Table, dict[str, Field], tuple[Rejected, ...]]:
    """Return the sheet's rows as texts with ``_row``, its fields, and what was rejected.

    Raises:
        ConfigError: python-calamine is not installed.
        InputRefused: damaged, empty, or several sheets.
    """
    lines, errors = _lines(path, table)
    while lines and not any(cell != "" for cell in lines[-1]):
        lines.pop()
    if not lines:
        raise InputRefused(messages.FILE_EMPTY, (Place(path.name),), file=path.name)
    names = [_text(cell, style).strip() for cell in lines[0]]
    while names and not names[-1]:
        names.pop()
    require_distinct(path.name, names, style)
    width = len(names)
    rows: list[int] = []
    columns: list[list[str]] = [[] for _ in names]
    rejected: list[Rejected] = []
    for row, line in enumerate(lines[1:], 2):
        if any(cell != "" for cell in line[width:]):
            rejected.append(Rejected(row, ProblemKind.TOO_MANY_FIELDS))
        elif any(cell != "" for cell in line):
            rows.append(row)
            rejected += [
                Rejected(row, ProblemKind.CELL_ERROR, names[at - 1])
                for at in sorted(errors.get(row, ()))
            ]
            for i, column in enumerate(columns):
                column.append(_text(line[i], style) if i < len(line) else "")
    arrays = {f"c{i}": pa.array(column, pa.string()) for i, column in enumerate(columns)}
    fields = {name: Field(f"c{i}", "VARCHAR") for i, name in enumerate(names)}
    return pa.table({"_row": pa.array(rows, pa.int64()), **arrays}), fields, tuple(rejected)


def _lines(path: Path, table: str) -> tuple[list[list[Any]], dict[int, list[int]]]:
    """Return the rows of cells, and by row the columns in which an error stands."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        raise ConfigError(messages.XLSX_NOT_INSTALLED, file=path.name) from None
    try:
        book = CalamineWorkbook.from_path(path)
        names = list(book.sheet_names)
        if table not in names and len(names) > 1:
            raise InputRefused(
                messages.SEVERAL_SHEETS, (Place(path.name),), file=path.name, table=table
            )
        name = table if table in names else names[0]
        sheet = book.get_sheet_by_name(name)
        lines: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError, ValueError):
        raise InputRefused(messages.UNREADABLE, (Place(path.name),), file=path.name) from None
    errors: dict[int, list[int]] = {}
    for row, column in error_cells(path, name):
        line = lines[row - 1]
        line += [""] * (column - len(line))
        line[column - 1] = ERROR
        errors.setdefault(row, []).append(column)
    return lines, errors


def _text(cell: Any, style: Style) -> str:  # noqa: PLR0911 - one for each type of cell
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        text = f"{cell:.6f}".rstrip("0").rstrip(".")
        return text.replace(".", style.decimal)
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00"
    if isinstance(cell, (int, time, timedelta)):
        return str(cell)
    return ""
