"""CSV files: strictly in the declared encoding, with the declared delimiter.

Decides which rows can be told apart into fields.  Nothing is sniffed: a file
in another encoding or with another delimiter is refused, and a row with too
few or too many fields is handed on as rejected, with its number.  All values
stay texts.  A record over several lines counts as one row.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
from pathlib import Path

import pyarrow as pa

from allocation.engine import Engine, one_file
from allocation.errors import InputRefused, Place
from allocation.sources import messages
from allocation.sources.csv_records import Empty, Ends, look_at_records
from allocation.sources.findings import ProblemKind
from allocation.sources.staging import (
    Field,
    Rejected,
    Staged,
    Style,
    literal,
    refusing_damage,
    require_distinct,
)

_CHUNK = 1 << 24
_HEAD = 1 << 20
_NO_NULL = "\x01\x02"
_REJECTED = {
    "MISSING COLUMNS": ProblemKind.TOO_FEW_FIELDS,
    "TOO MANY COLUMNS": ProblemKind.TOO_MANY_FIELDS,
}


Lost = list[tuple[int, str]]
"""Rows that the engine left out, and its word for what is wrong."""


def stage_csv(engine: Engine, path: Path, style: Style, name: str) -> Staged:
    """Read a CSV file into Parquet of texts, ``name`` in the engine's work folder.

    Raises:
        InputRefused: empty, another encoding or delimiter, quotation marks that
            do not match, a column twice, or the end is missing.
    """
    if path.stat().st_size == 0:
        raise InputRefused(messages.FILE_EMPTY, (Place(path.name),), file=path.name)
    text, ends = _as_utf8(path, style.encoding, engine.work)
    names = _header(text, path.name, style)
    records = look_at_records(text, path.name, style.delimiter) if ends.doubtful else None
    target = engine.work / f"{name}.raw.parquet"
    rejects = f"_rejects_{name}"
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(names)))
    new_line = f"new_line = {literal(records.end)}, " if records and ends.mixed else ""
    with refusing_damage(path.name):
        engine.run(
            f"COPY (SELECT * FROM read_csv({one_file(text)}, columns = {{{columns}}}, "
            f"header = true, auto_detect = false, delim = {literal(style.delimiter)}, {new_line}"
            f"quote = '\"', escape = '\"', nullstr = {literal(_NO_NULL)}, "
            f"store_rejects = true, rejects_table = {literal(rejects)}, "
            f"rejects_scan = {literal(rejects + '_scan')})) "
            f"TO {literal(str(target))} (FORMAT parquet)"
        )
    rows = int(str(engine.rows(f"SELECT count(*) FROM read_parquet({one_file(target)})")[0][0]))
    lost = _rejects(engine, rejects)
    whole = rows + len(lost) + 1
    if records is None and whole != ends.lines:
        records = look_at_records(text, path.name, style.delimiter)
    if text != path:
        text.unlink()
    empty = records.empty if records else ()
    last = whole + sum(lines for _, lines in empty) if ends.open else None
    rejected = _rejected(path.name, lost, last)
    if records is not None and whole != records.count:
        raise InputRefused(
            messages.ROWS_LOST,
            (Place(path.name),),
            file=path.name,
            rows=whole - 1,
            expected=records.count - 1,
        )
    fields = {name: Field(f"c{i}", "VARCHAR") for i, name in enumerate(names)}
    relation = _numbered(engine, target, name, lost, empty)
    return Staged(path.name, relation, fields, rows, style, rejected)


def _as_utf8(path: Path, encoding: str, work: Path) -> tuple[Path, Ends]:
    """Check the whole file's encoding; return it, or a UTF-8 copy, and its ends of line.

    UTF-8 read as Windows-1252 would not fail but garble, so a file that is
    declared Windows-1252 and is UTF-8 with letters beyond ASCII is refused.
    """
    wide = encoding == "windows-1252"
    decoder = codecs.getincrementaldecoder("cp1252" if wide else "utf-8")("strict")
    also_utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")("strict")
    beyond_ascii, row, ends = False, 1, Ends()
    copy = work / f"{path.name}.utf8"
    with path.open("rb") as file, (copy if wide else Path(os.devnull)).open("wb") as out:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                lost = row + error.object[: error.start].count(b"\n")
                raise _wrong_encoding(path, encoding, lost) from None
            if "\x00" in text:
                raise _wrong_encoding(path, encoding, row + text[: text.index("\x00")].count("\n"))
            if wide:
                beyond_ascii = beyond_ascii or not chunk.isascii()
                also_utf8 = _still_utf8(also_utf8, chunk)
                out.write(text.encode("utf-8"))
            ends.look(chunk)
            row = ends.feeds + 1
            if not chunk:
                break
    if wide and beyond_ascii and also_utf8 is not None:
        raise _wrong_encoding(path, encoding, _first_beyond_ascii(path))
    return copy if wide else path, ends


def _still_utf8(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes
) -> codecs.IncrementalDecoder | None:
    if decoder is None:
        return None
    try:
        decoder.decode(chunk, final=not chunk)
    except UnicodeDecodeError:
        return None
    return decoder


def _first_beyond_ascii(path: Path) -> int:
    with path.open("rb") as file:
        for row, line in enumerate(file, 1):
            if not line.isascii():
                return row
    return 1


def _wrong_encoding(path: Path, encoding: str, row: int) -> InputRefused:
    return InputRefused(
        messages.WRONG_ENCODING,
        (Place(path.name, row),),
        file=path.name,
        encoding=encoding,
        row=row,
    )


def _header(text: Path, file: str, style: Style) -> list[str]:
    with text.open("rb") as raw:
        head = raw.read(_HEAD).decode("utf-8-sig", errors="ignore")
    names = next(csv.reader(io.StringIO(head, newline=""), delimiter=style.delimiter), [])
    names = [name.strip() for name in names]
    if not any(names):
        raise InputRefused(messages.FILE_EMPTY, (Place(file),), file=file)
    others = {";", ",", "\t", "|"} - {style.delimiter}
    if len(names) == 1 and any(other in names[0] for other in others):
        raise InputRefused(
            messages.WRONG_DELIMITER, (Place(file, 1),), file=file, delimiter=style.delimiter
        )
    require_distinct(file, names, style)
    return names


def _rejects(engine: Engine, rejects: str) -> Lost:
    """Return the rows that the engine left out, empty lines aside, and why."""
    found = engine.rows(
        f'SELECT line, min(error_type::VARCHAR) FROM "{rejects}" GROUP BY line ORDER BY line'
    )
    engine.run(f'DROP TABLE "{rejects}"')
    engine.run(f'DROP TABLE "{rejects}_scan"')
    return [(int(str(line)), str(kind)) for line, kind in found]


def _rejected(file: str, lost: Lost, last: int | None) -> tuple[Rejected, ...]:
    """Return the rejected rows; ``last`` is the last row where no end of line follows it."""
    result = []
    for row, kind in lost:
        if kind not in _REJECTED:
            raise InputRefused(messages.BROKEN_CSV, (Place(file, row),), file=file, row=row)
        if row == last:
            raise InputRefused(messages.TRUNCATED, (Place(file, row),), file=file, row=row)
        result.append(Rejected(row, _REJECTED[kind]))
    return tuple(result)


def _numbered(engine: Engine, target: Path, table: str, lost: Lost, empty: Empty) -> str:
    """Return the relation with row numbers; rejected rows and empty lines keep theirs."""
    source = f"read_parquet({one_file(target)}, file_row_number = true)"
    if not lost and not empty:
        return f"(SELECT *, file_row_number AS _id, file_row_number + 2 AS _row FROM {source})"
    since, shifts, shift = [], [], 0
    for row, lines in sorted([*((row, 1) for row, _ in lost), *empty]):
        since.append(row - 2 - shift)
        shift += lines
        shifts.append(shift)
    name = f"_shift_{table}"
    engine.register("_steps", pa.table({"since": since, "shift": shifts}))
    engine.run(
        f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT since, max(shift) AS shift '
        "FROM _steps GROUP BY since"
    )
    engine.connection.unregister("_steps")
    return (
        "(SELECT r.*, file_row_number AS _id, file_row_number + 2 + coalesce(s.shift, 0) AS _row "
        f'FROM {source} r ASOF LEFT JOIN "{name}" s ON r.file_row_number >= s.since)'
    )
