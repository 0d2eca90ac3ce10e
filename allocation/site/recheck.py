"""The page of each dwelling beside the tables, for who checks a site from outside.

Decides what of a page is compared: all that stands in it between the menu and
the association's own address, byte for byte, as this version of the program
writes it from the public table.  It knows no setting of the association.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from allocation.public import Catalogue, Letting, PublicTable
from allocation.publiclog.verify import NotThere, Read
from allocation.resources import templates_path
from allocation.site.dwelling import DwellingPages
from allocation.site.language import Language
from allocation.site.pattern import EMPTY
from allocation.site.rows import Rows
from allocation.site.shell import folder_of
from allocation.site.templates import make_environment
from allocation.site.waiting import Lettings, Usual

LANGUAGES = ("nl", "en")

_CAN_BE_HIDDEN = ("room_count", "bare_rent")
"""What a page says to lack where it is empty, unless the association chose not to show it."""

_SETTINGS = {"mail": EMPTY, "here": EMPTY}
"""The slots that settings fill; they stand in the last line alone, which is not compared."""

_LAST_LINE = b'<p class="after">'
_BEGIN = re.compile(rb'<main id="inhoud"[^>]*>')
_END = re.compile(re.escape(_LAST_LINE) + rb"[^\n]*</p>\s*</main>")
_EVERY = 500
_TRIED = 3
"""So many pages in a language are asked for before a site is taken not to have it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many pages were compared, and the files of those that are not as they must be.

    ``missing`` names the pages that the site does not have.
    """

    pages: int
    different: tuple[str, ...]
    missing: tuple[str, ...]


def compare_pages(
    read: Read,
    table: PublicTable,
    catalogue: Catalogue,
    night: date,
    chosen: Sequence[int],
    compiled: Path,
    progress: Callable[[int, int], None],
) -> Compared:
    """Compare the pages of the chosen rows with the table, in each language of the site.

    ``chosen`` are places in the table; ``compiled`` is an empty folder for templates
    that were compiled.

    Raises:
        ValueError: a key of the table cannot be that of a page.
    """
    rows = Rows(table)
    usual = Lettings(rows).usual_in(night.year - 1)
    wanted = [(row, usual.of(at)) for at, row in zip(chosen, rows.take(chosen), strict=True)]
    codes = [code for code in LANGUAGES if _is_in(read, code, [row for row, _ in wanted])]
    different, missing, done = [], [], 0
    for code in codes:
        expected = _Expected(table, catalogue, code, compiled / code)
        for row, usual_then in wanted:
            file = _file(code, row)
            try:
                if not expected.is_page_of(row, usual_then, read(file)):
                    different.append(file)
            except NotThere:
                missing.append(file)
            done += 1
            if done % _EVERY == 0:
                progress(done, len(codes) * len(wanted))
    return Compared(done, tuple(different), tuple(missing))


def _file(code: str, row: Letting) -> str:
    return f"{folder_of(code)}woning/{row.key}.html"


def _is_in(read: Read, code: str, rows: Sequence[Letting]) -> bool:
    """Say whether a site is in a language: it has its start page, or the page of a dwelling."""
    if code == LANGUAGES[0]:
        return True
    for file in (f"{folder_of(code)}index.html", *(_file(code, row) for row in rows[:_TRIED])):
        try:
            read(file)
        except NotThere:
            continue
        return True
    return False


class _Expected:
    """What pages must say, in one language."""

    def __init__(self, table: PublicTable, catalogue: Catalogue, code: str, compiled: Path) -> None:
        language = Language(code)
        environment = make_environment(templates_path("templates"), language, compiled)
        self._pages = [
            DwellingPages(environment, language, catalogue, _SETTINGS, hidden)
            for hidden in _may_be_hidden(table)
        ]

    def is_page_of(self, row: Letting, usual: Usual | None, page: bytes) -> bool:
        begin, end = _BEGIN.search(page), page.find(_LAST_LINE)
        if begin is None or _END.match(page, end) is None or page.count(_LAST_LINE) != 1:
            return False
        told = page[begin.end() : end].strip()
        try:
            bodies = [pages.body(row, usual) for pages in self._pages]
        except KeyError:  # a code that no page can tell
            return False
        return any(body.partition(_LAST_LINE)[0].strip() == told for body in bodies)


def _may_be_hidden(table: PublicTable) -> list[frozenset[str]]:
    """Return the choices of columns not to show that the table leaves room for."""
    rows = table.rows
    empty = [name for name in _CAN_BE_HIDDEN if rows.column(name).null_count == rows.num_rows]
    sizes = range(len(empty) + 1)
    return [frozenset(chosen) for size in sizes for chosen in combinations(empty, size)]
