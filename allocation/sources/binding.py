"""Which column of the file is which column of the contract.

Decides by the mapping, else by our own names (VERA's paths in JSON).  A column
of the file that is neither mapped nor ignored, and a column of ours that is
required or mapped and not there, are refused: a supplier who renames a column
stops the night instead of emptying it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from allocation.config import TableMapping
from allocation.contract import Column, Kind, Table
from allocation.errors import InputRefused, Place
from allocation.sources import messages
from allocation.sources.findings import Problem, ProblemKind
from allocation.sources.staging import Staged, literal, no_header

_NESTED = re.compile(r"^(STRUCT|MAP|UNION|VARIANT|BLOB|BIT|GEOMETRY)\b|\[[0-9]*\]$")
"""The engine's types of columns of which a value is no text, number, date or moment."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A column of the contract and where its values come from.

    ``source`` is SQL over the staged relation, empty where the file lacks the
    column; ``codes`` and ``nulls`` are the mapping's translations for it;
    ``misshapen`` is SQL that is true where the value is no plain one.
    """

    column: Column
    source: str
    type: str
    theirs: str
    codes: dict[str, str]
    nulls: tuple[str, ...]
    misshapen: str = ""


def bind_columns(
    table: Table, staged: Staged, mapping: TableMapping, elsewhere: frozenset[str]
) -> tuple[tuple[Bound, ...], tuple[Problem, ...]]:
    """Bind every column of a table, and note what is absent or ignored.

    ``elsewhere`` names the columns that another table takes out of the same file.

    Raises:
        InputRefused: a column too many, or one too few, or one of lists or groups.
    """
    bound = tuple(_bind(column, staged, mapping) for column in table.columns)
    taken = {entry.theirs for entry in bound} | set(mapping.ignored) | elsewhere
    unmapped = [name for name in staged.fields if name not in taken]
    if unmapped and not staged.coded and taken.isdisjoint(staged.fields):
        raise no_header(staged.file)
    if unmapped:
        places = tuple(Place(staged.file, None, name) for name in unmapped)
        raise InputRefused(messages.COLUMN_UNMAPPED, places, file=staged.file, column=unmapped[0])
    notes = []
    for entry in bound:
        if entry.source:
            continue
        if entry.column.required or entry.column.name in mapping.columns:
            raise InputRefused(
                messages.COLUMN_MISSING,
                (Place(staged.file, None, entry.theirs),),
                file=staged.file,
                column=entry.theirs,
                table=table.name,
                name=entry.column.name,
            )
        notes.append(_note(table, staged, entry.column.name, ProblemKind.COLUMN_ABSENT, 1))
    ignored = len(set(mapping.ignored) & set(staged.fields))
    if ignored:
        notes.append(_note(table, staged, None, ProblemKind.IGNORED_COLUMNS, ignored))
    return bound, tuple(notes)


def theirs(column: Column, mapping: TableMapping, in_json: bool) -> str:
    """Return the file's name of one of our columns."""
    return mapping.columns.get(column.name, column.vera if in_json else column.name)


def _bind(column: Column, staged: Staged, mapping: TableMapping) -> Bound:
    codes = mapping.codes.get(column.name, {})
    nulls = mapping.nulls.get(column.name, ())
    if column.name in mapping.constants:
        constant = literal(mapping.constants[column.name])
        return Bound(column, f"{constant}::VARCHAR", "VARCHAR", "", codes, nulls)
    name = theirs(column, mapping, staged.coded)
    field = staged.fields.get(name)
    if field is None:
        return Bound(column, "", "VARCHAR", name, codes, nulls)
    kind = column.kind
    source, its_type = field.sql, field.type
    if its_type in {"FLOAT", "DOUBLE"} and kind in {Kind.TEXT, Kind.CODE}:
        # pandas writes whole numbers with a missing value among them as floats
        source = (
            f"CASE WHEN isfinite({source}) AND {source} = floor({source}) "
            f"THEN CAST(TRY_CAST({source} AS HUGEINT) AS VARCHAR) "
            f"WHEN NOT isnan({source}) THEN CAST({source} AS VARCHAR) END"
        )
        its_type = "VARCHAR"
    if _NESTED.search(its_type):
        place = Place(staged.file, None, name)
        raise InputRefused(messages.COLUMN_NOT_PLAIN, (place,), file=staged.file, column=name)
    return Bound(column, source, its_type, name, codes, nulls, field.misshapen)


def _note(
    table: Table, staged: Staged, column: str | None, kind: ProblemKind, count: int
) -> Problem:
    return Problem(table.name, staged.file, None, column, kind, count)
