"""Cells of a workbook that hold an error, such as #N/A or #REF!.

Decides where they stand.  python-calamine gives them as empty, but a broken
formula in a column that protects somebody is not the same as nothing.
"""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import join
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from allocation.errors import InputRefused, Place
from allocation.sources import messages

_SHARE = re.compile(rb"""[\s'"]t\s*=\s*["']e["']""")
_PIECE = 1 << 20
_OVERLAP = 16


def error_cells(path: Path, sheet: str) -> frozenset[tuple[int, int]]:
    """Return the row and column, both from 1, of every cell with an error.

    Raises:
        InputRefused: the workbook does not say where the sheet stands.
    """
    try:
        with ZipFile(path) as book:
            part = _part(book, sheet)
            return _cells(book, part) if _has_any(book, part) else frozenset()
    except (BadZipFile, KeyError, OSError, ValueError, ElementTree.ParseError):
        raise InputRefused(messages.UNREADABLE, (Place(path.name),), file=path.name) from None


def _part(book: ZipFile, sheet: str) -> str:
    """Return the name of the file in the workbook that holds a sheet."""
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in ElementTree.fromstring(book.read("xl/workbook.xml")).iter():  # noqa: S314
        if entry.tag.endswith("}sheet") and entry.get("name") == sheet:
            link = next(value for key, value in entry.items() if key.endswith("}id"))
            return join("/xl", targets[link]).lstrip("/")
    raise KeyError(sheet)


def _has_any(book: ZipFile, part: str) -> bool:
    """Tell whether there may be an error, from the bytes alone: most sheets have none."""
    rest = b""
    with book.open(part) as file:
        while chunk := file.read(_PIECE):
            if _SHARE.search(rest + chunk):
                return True
            rest = chunk[-_OVERLAP:]
    return False


def _cells(book: ZipFile, part: str) -> frozenset[tuple[int, int]]:
    found, row, column = set(), 0, 0
    with book.open(part) as file:
        for event, element in ElementTree.iterparse(file, ("start", "end")):  # noqa: S314
            name = element.tag.rpartition("}")[2]
            if event == "end":
                if name == "row":
                    element.clear()
            elif name == "row":
                row, column = int(element.get("r", row + 1)), 0
            elif name == "c":
                column = _column(element.get("r", "")) or column + 1
                if element.get("t") == "e":
                    found.add((row, column))
    return frozenset(found)


def _column(place: str) -> int:
    """Return the number of a column from a place such as ``AB12``; 0 where there is none."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = 26 * number + ord(letter.upper()) - ord("A") + 1
    return number
