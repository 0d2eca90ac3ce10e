"""A report as PDF that meets PDF/UA-1, by Typst.

Decides what the layout gets: finished words and the alignment of columns.  No
text of a report is read as markup.  The date is that of the data and no font
of the machine is used, so that the same report gives the same bytes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from allocation.errors import ConfigError
from allocation.reports import words
from allocation.reports.document import Block, Bullets, Chart, Notice, Paragraph, Report, Table
from allocation.reports.html import footer
from allocation.reports.layout import is_numeric, shown
from allocation.resources import templates_path

_STANDARD: Final = "ua-1"


def pdf_file(report: Report, brand: str) -> bytes:
    """Return the PDF.

    Raises:
        ConfigError: Typst is not installed (extra ``pdf``).
    """
    moment = datetime(report.until.year, report.until.month, report.until.day, tzinfo=UTC)
    made = _compiler().compile(
        sys_inputs={"data": json.dumps(_data(report, brand), ensure_ascii=False)},
        format="pdf",
        pdf_standards=_STANDARD,
        timestamp=int(moment.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no file")
    return made


@cache
def _compiler() -> Any:
    """Return the compiler of the layout; what it found of fonts and layout serves every report."""
    try:
        import typst
    except ImportError:
        raise ConfigError("A PDF needs Typst: install the program with the extra 'pdf'.") from None
    folder = templates_path("reports")
    return typst.Compiler(str(folder / "report.typ"), root=str(folder), ignore_system_fonts=True)


def _data(report: Report, brand: str) -> dict[str, object]:
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "association": report.association,
        "period-words": report.period,
        "until": report.until.isoformat(),
        "footer": footer(report),
        "brand": brand,
        "sections": [
            {"title": section.title, "blocks": [_block(block) for block in section.blocks]}
            for section in report.sections
        ],
    }


def _block(block: Block) -> dict[str, object]:
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": text}
        case Bullets(items):
            return {"kind": "bullets", "items": items}
        case Notice(tone, title, text):
            return {"kind": "notice", "tone": str(tone), "title": title, "text": text}
        case Table():
            columns = range(len(block.columns))
            return {
                "kind": "table",
                "title": block.title,
                "columns": block.columns,
                "rows": [[shown(cell) for cell in row] for row in block.rows],
                "note": block.note,
                "widths": ["wide" if column in block.wide else "" for column in columns],
                "align": ["right" if is_numeric(block, column) else "" for column in columns],
            }
        case Chart():
            return {
                "kind": "chart",
                "title": block.title,
                "alt": block.alt,
                "labels": block.labels,
                "values": block.values,
                "texts": [words.number(value) for value in block.values],
            }
