"""A lottery that anyone can repeat.

Decides the one method of drawing: the SHA-256 of the seed, a colon and the
response's number, in hexadecimal, lowest first.  The rule RNK-5 says the same
in SQL; the two share nothing but this sentence.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

from allocation.errors import InputRefused, Place

_COLUMN = "response_id"


def draw_lots(responses: Iterable[str], seed: str) -> list[str]:
    """Return the responses in the order of the draw."""
    return sorted(responses, key=lambda response: (_lot(seed, response), response))


def read_response_ids(path: Path) -> list[str]:
    """Read the numbers of the responses from a CSV file with a column ``response_id``.

    Raises:
        InputRefused: no such column, an empty or a double number; names the row.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused(
            "{file} is not written in UTF-8.", (Place(path.name),), file=path.name
        ) from None
    lines = text.splitlines()
    delimiter = ";" if lines and ";" in lines[0] else ","
    reader = csv.DictReader(lines, delimiter=delimiter)
    if _COLUMN not in (reader.fieldnames or ()):
        raise InputRefused(
            "{file} has no column {column}.", (Place(path.name),), file=path.name, column=_COLUMN
        )
    found: dict[str, int] = {}
    for number, row in enumerate(reader, start=2):
        value = (row[_COLUMN] or "").strip()
        if not value or value in found:
            raise InputRefused(
                "{file}: a response number is missing or stands twice; nothing is drawn.",
                (Place(path.name, number, _COLUMN),),
                file=path.name,
            )
        found[value] = number
    return list(found)


def _lot(seed: str, response: str) -> str:
    return hashlib.sha256(f"{seed}:{response}".encode()).hexdigest()
