"""Which rows of a table cannot be used, and why.

Decides what goes into quarantine: a value that is none, a key that stands
twice (every row of it), a reference to nothing readable.  The findings of one
table stand in ``_found_<table>`` (_id, _row, _place, _column, _kind, _bad);
an axis column's findings are reported and quarantine nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from allocation.contract import Table
from allocation.engine import Engine
from allocation.sources.findings import KEPT, Problem, ProblemKind
from allocation.sources.shaping import Shaped
from allocation.sources.staging import Rejected


def find_problems(
    engine: Engine,
    table: Table,
    parsed: str,
    shaped: Shaped,
    rejected: tuple[Rejected, ...],
    absent: frozenset[str],
    plain: frozenset[str],
) -> None:
    """Fill ``_found_<table>`` from a relation with ``p_…`` columns.

    ``absent`` names the columns that the file lacks, whose missing codes are
    counted, not listed; ``plain`` those already found in order.  Keys that stand
    twice are found by ``find_duplicates``.
    """
    found = f"_found_{table.name}"
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {found} "
        "(_id BIGINT, _row BIGINT, _place INTEGER, _column VARCHAR, _kind VARCHAR, _bad BOOLEAN)"
    )
    for entry in rejected:
        if entry.column is not None:
            engine.run(
                f"INSERT INTO {found} SELECT _id, _row, ?, ?, ?, true FROM {parsed} WHERE _row = ?",
                [table.names.index(entry.column), entry.column, entry.kind.value, entry.row],
            )
            continue
        engine.run(
            f"INSERT INTO {found} VALUES (NULL, ?, -1, NULL, ?, true)",
            [entry.row, entry.kind.value],
        )
    listed = [name for name in shaped.problems if name not in absent]
    for name in _with_any(engine, parsed, [f"p_{name}" for name in listed]):
        column = name[2:]
        place, bad = table.names.index(column), not table[column].axis
        engine.run(
            f"INSERT INTO {found} SELECT _id, _row, {place}, '{column}', {name}, {bad} "
            f"FROM {parsed} WHERE {name} IS NOT NULL"
        )
    _find_orphans(engine, table, parsed, plain)


def _with_any(engine: Engine, parsed: str, names: list[str]) -> list[str]:
    """Return the columns that hold anything, in one pass."""
    if not names:
        return []
    counts = engine.rows(f"SELECT {', '.join(f'count({n})' for n in names)} FROM {parsed}")[0]
    return [name for name, count in zip(names, counts, strict=True) if count]


def find_duplicates(engine: Engine, table: Table, parsed: str) -> None:
    """Find keys that stand twice: by hash over all rows, by value over the suspects."""
    key = ", ".join(table.key)
    filled = " AND ".join(f"{name} IS NOT NULL" for name in table.key)
    hashes = engine.connection.execute(
        f"SELECT hash({key}) AS h FROM {parsed} WHERE {filled}"
    ).fetchnumpy()["h"]
    twice = _values_twice(np.asarray(hashes))
    if not len(twice):
        return
    engine.register("_twice", pa.table({"h": twice}))
    place = table.names.index(table.key[-1])
    engine.run(
        f"INSERT INTO _found_{table.name} "
        f"SELECT _id, _row, {place}, '{table.key[-1]}', '{ProblemKind.DUPLICATE_KEY}', true FROM "
        f"(SELECT _id, _row, count(*) OVER (PARTITION BY {key}) AS n FROM {parsed} "
        f"WHERE {filled} AND hash({key}) IN (SELECT h FROM _twice)) WHERE n > 1"
    )
    engine.connection.unregister("_twice")


def _values_twice(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return the values that stand more than once; the halves are sorted side by side."""
    low = hashes < np.uint64(1 << 63)

    def twice(part: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        part.sort()
        return np.unique(part[1:][part[1:] == part[:-1]])

    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(twice, (hashes[low], hashes[~low]))))


def count_orphans(engine: Engine, relation: str, column: str, parent: str, key: str) -> int:
    """Return how many rows refer to no readable row of another table."""
    found = engine.rows(
        f"SELECT count(*) FROM {relation} p "
        f"ANTI JOIN (SELECT DISTINCT {key} AS _key FROM {parent}) q ON p.{column} = q._key "
        f"WHERE p.{column} IS NOT NULL"
    )
    return int(str(found[0][0]))


def _find_orphans(engine: Engine, table: Table, parsed: str, plain: frozenset[str]) -> None:
    """Find references to a row that is not there, and to one that could not be read itself."""
    for column in table.columns:
        if column.references is None or column.name in plain:
            continue
        parent, key = column.references
        place = table.names.index(column.name)
        engine.run(
            f"INSERT INTO _found_{table.name} "
            f"SELECT _id, _row, {place}, '{column.name}', "
            f"CASE WHEN p.{column.name} IN (SELECT {key} FROM {parent}_quarantined "
            f"WHERE {key} IS NOT NULL) "
            f"THEN '{ProblemKind.FOLLOWS}' ELSE '{ProblemKind.ORPHAN}' END, true "
            f"FROM {parsed} p ANTI JOIN (SELECT DISTINCT {key} AS _key FROM {parent}) q "
            f"ON p.{column.name} = q._key "
            f"WHERE p.{column.name} IS NOT NULL"
        )


def list_problems(engine: Engine, table: Table, file: str) -> tuple[Problem, ...]:
    """Return the first findings one by one and the others counted per column and kind.

    Rows that only follow another unreadable row are counted: there is nothing
    to repair in them.
    """
    order = "ORDER BY _kind = 'follows', _row, _place, _kind"
    numbered = f"SELECT *, row_number() OVER ({order}) AS n FROM _found_{table.name}"
    alone = f"n <= {KEPT} AND _kind <> 'follows'"
    single = engine.rows(f"SELECT _row, _column, _kind FROM ({numbered}) WHERE {alone} {order}")
    rest = engine.rows(
        f"SELECT _column, _kind, count(*) FROM ({numbered}) WHERE NOT ({alone}) "
        "GROUP BY _place, _column, _kind ORDER BY _place, _kind"
    )
    return (
        *(_problem(table, file, row, column, kind, 1) for row, column, kind in single),
        *(_problem(table, file, None, column, kind, n) for column, kind, n in rest),
    )


def count_missing_axes(
    engine: Engine, table: Table, parsed: str, file: str, absent: frozenset[str]
) -> tuple[Problem, ...]:
    """Return one finding per axis column that the file lacks, with how many rows miss it."""
    problems = []
    for column in table.columns:
        if column.axis and column.name in absent:
            found = engine.rows(f"SELECT count(*) FROM {parsed} WHERE {column.name} IS NULL")
            if count := int(str(found[0][0])):
                problems.append(
                    _problem(table, file, None, column.name, ProblemKind.MISSING_CODE, count)
                )
    return tuple(problems)


def list_notes(
    engine: Engine, table: Table, parsed: str, shaped: Shaped, file: str
) -> tuple[Problem, ...]:
    """Return the notes of a table: per column and kind the first row and how many."""
    notes = []
    for name in _with_any(engine, parsed, [f"n_{name}" for name in shaped.notes]):
        for kind, row, count in engine.rows(
            f"SELECT {name}, min(_row), count(*) FROM {parsed} "
            f"WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY {name}"
        ):
            notes.append(_problem(table, file, row, name[2:], kind, count))
    return tuple(notes)


def _problem(
    table: Table, file: str, row: object, column: object, kind: object, count: object
) -> Problem:
    return Problem(
        table.name,
        file,
        None if row is None else int(str(row)),
        None if column is None else str(column),
        ProblemKind(str(kind)),
        int(str(count)),
    )
