"""A report as a web page: one file and a style sheet, no script.

Decides the markup.  Every text is escaped here; the page takes nothing from
elsewhere, so that it can stand on the site under a strict policy.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from allocation.reports import words
from allocation.reports.document import (
    Block,
    Bullets,
    Chart,
    Notice,
    Paragraph,
    Report,
    Section,
    Table,
)
from allocation.reports.layout import is_numeric, shown

STYLE = "rapport.css"

_LABEL, _BAR, _VALUE, _ROW, _THICK = 90, 420, 110, 26, 16
"""Pixels: space for labels, longest bar, space for values, height of a row and of a bar."""


def html_page(report: Report, brand: str, home: str = "", pdf: str = "") -> bytes:
    """Return the page.

    ``home`` is the address of the site's start page, empty outside it; ``pdf``
    that of the same report as PDF.
    """
    number = 0
    parts = []
    for i, section in enumerate(report.sections):
        body, number = _section(section, brand, number, first=i == 0)
        parts.append(body)
    back = Markup('<p><a href="{}">Naar de site</a></p>').format(home) if home else Markup("")
    if pdf:
        parts.append(
            Markup('<p><a href="{}">Dit rapport als toegankelijke PDF</a></p>\n').format(pdf)
        )
    page = Markup(
        '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<title>{title} – {association}</title>\n<link rel="stylesheet" href="{style}">\n'
        "</head>\n<body>\n{back}<main>\n"
        '<p class="sub">{association} · {subtitle}</p>\n<h1>{title}</h1>\n{body}</main>\n'
        "<footer><p>{footer}</p></footer>\n</body>\n</html>\n"
    ).format(
        title=report.title,
        association=report.association,
        style=STYLE,
        back=back,
        subtitle=report.subtitle,
        body=Markup("").join(parts),
        footer=footer(report),
    )
    return page.encode()


def footer(report: Report) -> str:
    """Return the line that says of when the data are."""
    return f"Gegevens tot en met {words.day(report.until)}."


def _section(section: Section, brand: str, number: int, *, first: bool) -> tuple[Markup, int]:
    blocks = []
    for block in section.blocks:
        if isinstance(block, Chart):
            number += 1
        blocks.append(_block(block, brand, number))
    heading = Markup("<h2>{}</h2>\n").format(section.title)
    kind = "first" if first else "part"
    made = Markup('<section class="{}">\n{}{}</section>\n')
    return made.format(kind, heading, Markup("").join(blocks)), number


def _block(block: Block, brand: str, number: int) -> Markup:
    match block:
        case Paragraph(text):
            return Markup("<p>{}</p>\n").format(text)
        case Bullets(items):
            listed = Markup("").join(Markup("<li>{}</li>\n").format(item) for item in items)
            return Markup("<ul>\n{}</ul>\n").format(listed)
        case Notice(tone, title, text):
            return Markup('<div class="notice {}"><strong>{}</strong> {}</div>\n').format(
                str(tone), title, text
            )
        case Table():
            return _table(block)
        case Chart():
            return _chart(block, brand, number)


def _table(table: Table) -> Markup:
    numeric = [is_numeric(table, column) for column in range(len(table.columns))]
    marks = [' class="n"' if is_number else "" for is_number in numeric]
    head = "".join(
        f'<th scope="col"{mark}>{escape(name)}</th>' if name else "<td></td>"
        for mark, name in zip(marks, table.columns, strict=True)
    )
    rows = []
    for row in table.rows:
        cells = [f'<th scope="row">{escape(shown(row[0]))}</th>']
        cells += [
            f"<td{mark}>{escape(shown(cell))}</td>"
            for mark, cell in zip(marks[1:], row[1:], strict=True)
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>\n")
    note = f'<p class="note">{escape(table.note)}</p>\n' if table.note else ""
    title = escape(table.title)
    return Markup(  # noqa: S704 - every part is escaped above; thousands of cells
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table>\n'
        f"<caption>{title}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{''.join(rows)}</tbody>\n</table></div>\n{note}"
    )


def _chart(chart: Chart, brand: str, number: int) -> Markup:
    most = max((value for value in chart.values if value is not None), default=0) or 1
    parts = []
    for i, (label, value) in enumerate(zip(chart.labels, chart.values, strict=True)):
        middle = i * _ROW + _ROW / 2
        length = 0 if value is None else round(_BAR * value / most, 1)
        parts.append(
            Markup(
                '<text x="{}" y="{}" text-anchor="end">{}</text>'
                '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'
                '<text x="{}" y="{}">{}</text>\n'
            ).format(
                _LABEL - 8,
                middle + 4,
                label,
                _LABEL,
                middle - _THICK / 2,
                length,
                _THICK,
                brand,
                _LABEL + length + 8,
                middle + 4,
                words.number(value),
            )
        )
    width, height = _LABEL + _BAR + _VALUE, len(chart.labels) * _ROW
    return Markup(
        '<figure><h3>{title}</h3>\n<svg viewBox="0 0 {width} {height}" width="{width}" '
        'height="{height}" role="img" aria-labelledby="t{n} d{n}"><title id="t{n}">{title}</title>'
        '<desc id="d{n}">{alt}</desc>\n{parts}</svg></figure>\n'
    ).format(
        title=chart.title,
        alt=escape(chart.alt),
        width=width,
        height=height,
        n=number,
        parts=Markup("").join(parts),
    )
