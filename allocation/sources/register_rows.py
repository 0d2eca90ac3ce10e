"""Rows of the register in memory: from the bytes of a CSV to a relation.

Decides, as ``csv_files`` does for exports, which rows can be told apart into
fields; but nothing is written to a disk, because the register may not stand
in the state.  Nothing is sniffed.
"""

from __future__ import annotations

import csv
import io

import pyarrow as pa

from allocation.contract import REGISTER
from allocation.engine import Engine
from allocation.errors import InputRefused, Place
from allocation.sources import messages
from allocation.sources.findings import ProblemKind
from allocation.sources.staging import Field, Rejected, Staged, Style, require_distinct

Rows = tuple[pa.Table, dict[str, Field], tuple[Rejected, ...]]


def hold_rows(
    engine: Engine,
    file: str,
    style: Style,
    texts: pa.Table,
    fields: dict[str, Field],
    rejected: tuple[Rejected, ...],
) -> Staged:
    """Give the engine rows of texts, with ``_row``, as a relation of its own memory."""
    held = f"_held_{REGISTER.name}"
    engine.register(held, texts.append_column("_id", pa.array(range(texts.num_rows), pa.int64())))
    return Staged(file, held, fields, texts.num_rows, style, rejected)


def read_csv_rows(content: bytes, file: str, style: Style) -> Rows:
    """Read the bytes of a CSV: rows as texts with ``_row``, fields by name, rejected rows.

    Raises:
        InputRefused: empty, another encoding or delimiter, quotation marks that
            do not match, or a column twice.
    """
    reader = csv.reader(
        io.StringIO(_decoded(content, file, style), newline=""),
        delimiter=style.delimiter,
        strict=True,
    )
    names: list[str] = []
    rows: list[int] = []
    lines: list[list[str]] = []
    rejected: list[Rejected] = []
    row = 0
    try:
        for row, line in enumerate(reader, 1):
            if not names:
                names = _header(line, file, style)
            elif len(line) == len(names):
                rows.append(row)
                lines.append(line)
            elif line:
                few = len(line) < len(names)
                kind = ProblemKind.TOO_FEW_FIELDS if few else ProblemKind.TOO_MANY_FIELDS
                rejected.append(Rejected(row, kind))
    except csv.Error:
        raise InputRefused(
            messages.BROKEN_CSV, (Place(file, row + 1),), file=file, row=row + 1
        ) from None
    if not names:
        raise InputRefused(messages.FILE_EMPTY, (Place(file),), file=file)
    columns = zip(*lines, strict=True) if lines else [[] for _ in names]
    arrays = {f"c{i}": pa.array(list(column), pa.string()) for i, column in enumerate(columns)}
    fields = {name: Field(f"c{i}", "VARCHAR") for i, name in enumerate(names)}
    return pa.table({"_row": pa.array(rows, pa.int64()), **arrays}), fields, tuple(rejected)


def _decoded(content: bytes, file: str, style: Style) -> str:
    wide = style.encoding == "windows-1252"
    try:
        text = content.decode("cp1252" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(file, style, content[: error.start].count(b"\n") + 1) from None
    if "\x00" in text:
        raise _wrong_encoding(file, style, text[: text.index("\x00")].count("\n") + 1)
    if wide and not content.isascii():
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            return text
        raise _wrong_encoding(file, style, 1)
    return text


def _wrong_encoding(file: str, style: Style, row: int) -> InputRefused:
    return InputRefused(
        messages.WRONG_ENCODING, (Place(file, row),), file=file, encoding=style.encoding, row=row
    )


def _header(line: list[str], file: str, style: Style) -> list[str]:
    names = [name.strip() for name in line]
    if not any(names):
        raise InputRefused(messages.FILE_EMPTY, (Place(file),), file=file)
    others = {";", ",", "\t", "|"} - {style.delimiter}
    if len(names) == 1 and any(other in names[0] for other in others):
        raise InputRefused(
            messages.WRONG_DELIMITER, (Place(file, 1),), file=file, delimiter=style.delimiter
        )
    require_distinct(file, names, style)
    return names
