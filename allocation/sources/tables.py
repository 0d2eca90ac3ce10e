"""One table, from its file to rows that can be used and rows that cannot.

Decides when so much of a file is unreadable that the night is refused.  A
small or text table is shaped once, into Parquet in the work folder; a large
Parquet file is only looked at, and stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from allocation.config import Config, TableMapping
from allocation.contract import FILE_ROW, REGISTER, SQL_TYPES, Kind, Table
from allocation.engine import Engine, one_file
from allocation.errors import InputRefused, Place
from allocation.sources import messages
from allocation.sources.binding import Bound, bind_columns
from allocation.sources.checks import (
    count_missing_axes,
    find_duplicates,
    find_problems,
    list_notes,
    list_problems,
)
from allocation.sources.csv_files import stage_csv
from allocation.sources.findings import SENTENCES, Problem, ProblemKind
from allocation.sources.json_files import stage_json
from allocation.sources.lookups import make_lookups
from allocation.sources.parquet_files import stage_parquet
from allocation.sources.parsing import CLEAN_MACRO
from allocation.sources.profile import Profile, profile
from allocation.sources.shaping import shape, texts_sql
from allocation.sources.staging import Rejected, Staged, literal, refusing_damage, style_of
from allocation.sources.xlsx_files import stage_xlsx

LARGE = 500_000
"""A Parquet file with more rows is read in place."""

_WORTH_SHARING = 20_000
"""A Parquet file of so many rows is shaped in two halves, side by side."""

_TOLERATED = 2
"""So many unreadable rows never refuse a table in which most rows are readable."""


@dataclass(frozen=True, slots=True)
class TableRead:
    """What reading one table gave; ``shapes`` of keys, by column, where they were looked at."""

    readable: int
    quarantined: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    shapes: tuple[tuple[str, frozenset[str]], ...]


def stage_file(
    engine: Engine, config: Config, table: Table, mapping: TableMapping, path: Path
) -> Staged:
    """Bring a file into the engine, by the ending of its name.

    Raises:
        InputRefused: it cannot be read as what its name says.
    """
    style = style_of(config, mapping, path)
    match path.suffix.lower():
        case ".csv" | ".txt":
            return stage_csv(engine, path, style, table.name)
        case ".parquet":
            return stage_parquet(engine, path, style)
        case ".xlsx":
            return stage_xlsx(engine, path, style, table.name)
        case ".json":
            return stage_json(engine, path, style, table, mapping)
        case _:
            raise InputRefused(messages.UNKNOWN_FORM, (Place(path.name),), file=path.name)


def read_table(
    engine: Engine,
    config: Config,
    table: Table,
    staged: Staged,
    elsewhere: frozenset[str] = frozenset(),
    repeats: bool = False,
) -> TableRead:
    """Make ``<table>`` and ``<table>_quarantined`` from a staged file.

    ``elsewhere`` are the columns that other tables take out of the file;
    ``repeats`` says that equal rows are one, because the file is really a list
    of what refers to this table.

    Raises:
        InputRefused: a column too many or too few, or too many unreadable rows.
    """
    mapping = config.table_mapping(table.name)
    bound, column_notes = bind_columns(table, staged, mapping, elsewhere)
    engine.run(CLEAN_MACRO)
    in_place = staged.in_place and staged.rows > LARGE and not repeats
    with refusing_damage(staged.file):
        looked = profile(engine, table, staged, bound) if in_place else Profile()
        plain = looked.plain
        texts = f"_texts_{table.name}"
        engine.run(f"CREATE OR REPLACE TEMP VIEW {texts} AS {texts_sql(staged, bound, plain)}")
        lookups = make_lookups(engine, table, bound, texts, staged.style, staged.coded, plain)
        shaped = shape(table, bound, texts, staged.style, lookups, plain)
        parsed = f"_parsed_{table.name}"
        if in_place:
            engine.run(f"CREATE OR REPLACE TEMP VIEW {parsed} AS {shaped.sql}")
        else:
            _keep(engine, table, parsed, _shared_sql(staged, shaped.sql), repeats)
        absent = frozenset(entry.column.name for entry in bound if not entry.source)
        find_problems(engine, table, parsed, shaped, _rejected(staged, bound), absent, plain)
        if not looked.distinct.issuperset(table.key):
            find_duplicates(engine, table, parsed)
        quarantined = _part(engine, table, parsed)
        problems = (
            *count_missing_axes(engine, table, parsed, staged.file, absent),
            *list_problems(engine, table, staged.file),
        )
        notes = list_notes(engine, table, parsed, shaped, staged.file)
    repeated = staged.rows - _count(engine, parsed) if repeats else 0
    if repeated:
        kind = ProblemKind.ROW_REPEATED
        notes = (*notes, Problem(table.name, staged.file, None, None, kind, repeated))
    rows = staged.rows + staged.left_out - repeated
    _require_readable(engine, config, table, staged.file, rows)
    _require_known_codes(engine, table, staged.file, rows)
    notes = (*column_notes, *notes)
    return TableRead(rows - quarantined, quarantined, problems, notes, looked.shapes)


def _rejected(staged: Staged, bound: tuple[Bound, ...]) -> tuple[Rejected, ...]:
    """Return the rejected rows, and the cells with an error in a column that is read as text.

    In any other column what stands for an error is found to be no value.
    """
    texts = [entry for entry in bound if entry.column.kind is Kind.TEXT]
    return tuple(
        replace(one, column=column)
        for one in staged.rejected
        for column in (
            [None]
            if one.column is None
            else [entry.column.name for entry in texts if entry.theirs == one.column]
        )
    )


def make_empty(engine: Engine, table: Table) -> None:
    """Make ``<table>`` and ``<table>_quarantined`` without rows, for what was not delivered."""
    columns = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in table.columns)
    _drop(engine, table.name)
    numbered = f", {FILE_ROW} BIGINT" if table.numbered else ""
    engine.run(f"CREATE TABLE {table.name} ({columns}{numbered})")
    engine.run(
        f"CREATE OR REPLACE TABLE {table.name}_quarantined ({columns}, _row BIGINT, _kind VARCHAR)"
    )


def _count(engine: Engine, relation: str) -> int:
    return int(str(engine.rows(f"SELECT count(*) FROM {relation}")[0][0]))


def _keep(engine: Engine, table: Table, parsed: str, sql: str, repeats: bool) -> None:
    """Write the shaped rows to Parquet in the work folder; of equal rows the first, if asked.

    The rows have no order there; ``_id`` holds that of the file.  The register
    stays in memory: nothing of it is written down.
    """
    if table is REGISTER:
        engine.run(f"CREATE OR REPLACE TEMP TABLE {parsed} AS {sql}")
        return
    if repeats:
        same = ", ".join(table.names)
        turn = f"row_number() OVER (PARTITION BY {same} ORDER BY _id)"
        sql = f"SELECT * FROM ({sql}) QUALIFY {turn} = 1"  # over all of it, halves or not
    target = engine.work / f"{table.name}.parquet"
    with engine.unordered():
        engine.run(f"COPY ({sql}) TO {literal(str(target))} (FORMAT parquet)")
    engine.run(
        f"CREATE OR REPLACE TEMP VIEW {parsed} AS SELECT * FROM read_parquet({one_file(target)})"
    )


def _shared_sql(staged: Staged, sql: str) -> str:
    """Return SQL for the same rows in two halves: of one row group the engine makes one task."""
    if not staged.in_place or staged.rows < _WORTH_SHARING:
        return sql
    middle = staged.rows // 2
    return (
        f"SELECT * FROM ({sql}) WHERE _id < {middle} "
        f"UNION ALL SELECT * FROM ({sql}) WHERE _id >= {middle}"
    )


def _part(engine: Engine, table: Table, parsed: str) -> int:
    """Make the view of readable rows and the table of the others; return how many others."""
    names = ", ".join(f"p.{name}" for name in table.names)
    numbered = f", p._id AS {FILE_ROW}" if table.numbered else ""
    found = f"_found_{table.name}"
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE _bad_{table.name} AS "
        f"SELECT _id, _row, arg_min(_kind, _place) AS _kind FROM {found} WHERE _bad "
        "GROUP BY _id, _row"
    )
    bad = _count(engine, f"_bad_{table.name}")
    where = f"WHERE p._id NOT IN (SELECT _id FROM _bad_{table.name} WHERE _id IS NOT NULL)"
    _drop(engine, table.name)
    engine.run(
        f"CREATE TEMP VIEW {table.name} AS SELECT {names}{numbered} "
        f"FROM {parsed} p {where if bad else ''}"
    )
    engine.run(
        f"CREATE OR REPLACE TABLE {table.name}_quarantined AS "
        f"SELECT {names}, b._row, b._kind FROM _bad_{table.name} b "
        f"LEFT JOIN {parsed} p ON p._id = b._id ORDER BY b._row, p._id"
    )
    return bad


def _drop(engine: Engine, name: str) -> None:
    kinds = engine.rows(
        "SELECT table_type FROM information_schema.tables WHERE table_name = ?", [name]
    )
    for (kind,) in kinds:
        engine.run(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {name}")


def _require_readable(engine: Engine, config: Config, table: Table, file: str, rows: int) -> None:
    """Refuse a table of which too much is unreadable; two bad rows of many are tolerated.

    A row that is unreadable only because it belongs to another unreadable row
    is not held against its own table.
    """
    follows = f"_kind = '{ProblemKind.FOLLOWS}'"
    bad = _count(
        engine,
        f"(SELECT DISTINCT _id, _row FROM _found_{table.name} WHERE _bad AND NOT {follows})",
    )
    if not bad:
        return
    none_left = bad == rows and not table.may_be_empty
    too_many = bad > config.reading.max_quarantined_share * rows and (
        bad > _TOLERATED or (bad > 1 and 2 * bad >= rows)
    )
    if not (none_left or too_many):
        return
    row, column, kind = engine.rows(
        f"SELECT _row, _column, _kind FROM _found_{table.name} WHERE _bad "
        f"AND NOT {follows} ORDER BY _row, _place LIMIT 1"
    )[0]
    what = SENTENCES[ProblemKind(str(kind))][0]
    place = Place(file, int(str(row)), None if column is None else str(column))
    template = messages.TOO_MANY_UNREADABLE if too_many else messages.NONE_READABLE
    raise InputRefused(
        template,
        (place,),
        file=file,
        bad=bad,
        rows=rows,
        row=place.row,
        column=place.column or "-",
        kind=ProblemKind(str(kind)),
        what=what,
    )


def _require_known_codes(engine: Engine, table: Table, file: str, rows: int) -> None:
    """Refuse a table in which most codes of an axis are unknown: that is a wrong column.

    An unknown code withholds; a whole column of them would withhold everything
    and show the public what is not so.
    """
    for column, bad, row in engine.rows(
        f"SELECT _column, count(*), min(_row) FROM _found_{table.name} "
        f"WHERE NOT _bad AND _kind = '{ProblemKind.UNKNOWN_CODE}' GROUP BY _column ORDER BY _column"
    ):
        if int(str(bad)) > _TOLERATED and 2 * int(str(bad)) > rows:
            raise InputRefused(
                messages.TOO_MANY_UNKNOWN_CODES,
                (Place(file, int(str(row)), str(column)),),
                file=file,
                bad=bad,
                rows=rows,
                column=column,
                row=row,
            )
