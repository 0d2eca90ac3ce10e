"""A report as a workbook with real tables, for the association and the board alone.

Decides sheets and columns.  It writes values only: no formula, no link, no
comment, nothing hidden, no name of a person or a machine; the date is that of
the data.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from allocation.errors import ConfigError
from allocation.reports.audience import Audience
from allocation.reports.document import Bullets, Notice, Paragraph, Report, Section, Table
from allocation.reports.html import footer

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_NOT_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_LONGEST_NAME = 31
_WIDEST = 60


def xlsx_file(report: Report) -> bytes:
    """Return the workbook.

    Raises:
        ValueError: the report is for the public, for whom there is no workbook.
        ConfigError: XlsxWriter is not installed (extra ``xlsx``).
    """
    if report.audience is Audience.PUBLIC:
        raise ValueError("there is no public workbook")
    try:
        import xlsxwriter
    except ImportError:
        raise ConfigError(
            "A workbook needs XlsxWriter: install the program with the extra 'xlsx'."
        ) from None
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    until = report.until
    book.set_properties(
        {
            "title": report.title,
            "subject": report.subtitle,
            "author": report.association,
            "company": report.association,
            "created": datetime(until.year, until.month, until.day),  # noqa: DTZ001
        }
    )
    strong = book.add_format({"bold": True, "font_size": 14})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    _text_sheet(book, report, strong, wrap)
    for number, (section, table) in enumerate(report.tables(), start=1):
        if table.rows:
            _table_sheet(book, number, section, table, strong, wrap)
    book.close()
    return buffer.getvalue()


def _text_sheet(book: Any, report: Report, strong: Any, wrap: Any) -> None:
    """Write the sentences of every part on the first sheet."""
    sheet = book.add_worksheet("Lees dit eerst")
    sheet.set_column(0, 0, 110, wrap)
    sheet.write_string(0, 0, report.title, strong)
    sheet.write_string(1, 0, f"{report.association} · {report.subtitle}")
    sheet.write_string(2, 0, footer(report))
    row = 4
    for section in report.sections:
        lines: list[str] = []
        for block in section.blocks:
            match block:
                case Paragraph(text):
                    lines.append(text)
                case Bullets(items):
                    lines += items
                case Notice(_, title, text):
                    lines += [title, text]
        if lines:
            sheet.write_string(row, 0, section.title, strong)
            for line in lines:
                row += 1
                sheet.write_string(row, 0, line, wrap)
            row += 2


def _table_sheet(
    book: Any, number: int, section: Section, table: Table, strong: Any, wrap: Any
) -> None:
    name = f"{number} {table.title.translate(_NOT_IN_NAME)}"[:_LONGEST_NAME].strip()
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, table.title, strong)
    sheet.write_string(1, 0, section.title)
    first = 3
    names = _headings(table.columns)
    sheet.add_table(
        first,
        0,
        first + len(table.rows),
        len(names) - 1,
        {
            "name": f"Tabel{number}",
            "columns": [{"header": name} for name in names],
            "style": "Table Style Light 1",
        },
    )
    for i, row in enumerate(table.rows, start=first + 1):
        for column, cell in enumerate(row):
            if cell is None:
                sheet.write_blank(i, column, None)
            elif isinstance(cell, int | float):
                sheet.write_number(i, column, cell)
            else:
                sheet.write_string(i, column, str(cell), wrap)
    for column, heading in enumerate(names):
        longest = max(len(heading) + 3, *(len(str(row[column])) for row in table.rows))
        sheet.set_column(column, column, min(longest + 1, _WIDEST))
    if table.note:
        sheet.write_string(first + len(table.rows) + 2, 0, table.note)
    sheet.freeze_panes(first + 1, 1)


def _headings(columns: tuple[str, ...]) -> list[str]:
    """Return headings that are never empty and all different, as a real table asks."""
    made: list[str] = []
    for column in columns:
        name = column or "Wat"
        copies = sum(other == name or other.startswith(f"{name} (") for other in made)
        made.append(f"{name} ({copies + 1})" if copies else name)
    return made
