"""A lottery that anyone can repeat.

Decides the one method of drawing: the SHA-256 of the seed, a colon and the
response's number, in hexadecimal, lowest first.  The rule RNK-5 says the same
in SQL; the two share nothing but this sentence.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from allocation.errors import ConfigError, InputRefused, Place

_COLUMN = "response_id"


def draw_lots(responses: Iterable[str], seed: str) -> list[str]:
    """Return the responses in the order of the draw.

    Raises:
        ConfigError: the seed is empty or no text.
    """
    if not seed.strip() or not seed.isprintable():
        raise ConfigError("The seed is empty or holds signs that cannot be seen; nothing is drawn.")
    return sorted(responses, key=lambda response: (_lot(seed, response), response))


def read_response_ids(path: Path) -> list[str]:
    """Read the numbers of the responses from a CSV file with a column ``response_id``.

    Raises:
        InputRefused: no such column, an empty or a double number, a quotation mark
            that is not closed in its row; names the row.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputRefused(
            "{file} is not written in UTF-8.", (Place(path.name),), file=path.name
        ) from None
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = _rows(text, delimiter, path.name)
    header = next(rows, [])
    if _COLUMN not in header:
        raise InputRefused(
            "{file} has no column {column}.", (Place(path.name),), file=path.name, column=_COLUMN
        )
    found: dict[str, int] = {}
    at = header.index(_COLUMN)
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        value = row[at].strip() if at < len(row) else ""
        if not value or value in found:
            raise InputRefused(
                "{file}: a response number is missing or stands twice; nothing is drawn.",
                (Place(path.name, number, _COLUMN),),
                file=path.name,
            )
        found[value] = number
    return list(found)


def _rows(text: str, delimiter: str, file: str) -> Iterator[list[str]]:
    """Yield the rows; each is one line, so that no row disappears into another."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error:
            raise _broken(file, number) from None
        if row is None:
            return
        if reader.line_num != number:
            raise _broken(file, number)
        yield row


def _broken(file: str, row: int) -> InputRefused:
    return InputRefused(
        "{file}, row {row}: a quotation mark is not closed, or stands inside a field.",
        (Place(file, row),),
        file=file,
        row=row,
    )


def _lot(seed: str, response: str) -> str:
    return hashlib.sha256(f"{seed}:{response}".encode()).hexdigest()
