"""A night's export: every table of the contract, or a refusal.

Decides whether the night can be built on: the manifest agrees, the tables are
there, enough rows can be read, and not fewer than the last good night makes
likely.  It never repairs and never publishes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from allocation.config import Config
from allocation.contract import NIGHT_TABLES, Table
from allocation.engine import Engine
from allocation.errors import InputRefused, Place
from allocation.sources import messages
from allocation.sources.access import refusing_closed, require_open
from allocation.sources.binding import theirs
from allocation.sources.findings import Problem
from allocation.sources.folders import find_file, find_night, night_date
from allocation.sources.manifest import (
    MANIFEST,
    Manifest,
    read_manifest,
    require_manifest_agrees,
    require_rows_agree,
)
from allocation.sources.staging import Staged, Style, style_of
from allocation.sources.tables import TableRead, make_empty, read_table, stage_file

__all__ = ["Night", "find_night", "night_date", "read_night"]


@dataclass(frozen=True, slots=True)
class Night:
    """A night as read.

    ``counts`` are readable rows per table and ``quarantined`` the others;
    ``problems`` names at most 1,000 rows a table and counts the rest per column
    and kind; ``notes`` are no errors.  ``shapes`` is what the keys of large tables
    look like, by table and column.
    """

    night: date
    folder: Path
    delivered: frozenset[str]
    counts: dict[str, int]
    quarantined: dict[str, int]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    shapes: dict[tuple[str, str], frozenset[str]]


def read_night(
    engine: Engine,
    config: Config,
    folder: Path,
    night: date,
    last_good: Mapping[str, int] | None = None,
) -> Night:
    """Read every table of a night into the engine.

    Afterwards each of ``NIGHT_TABLES`` is a relation with the contract's columns
    and readable rows only (moments in UTC, without zone; money in EUR), and
    ``<table>_quarantined`` holds the others.  A numbered table has ``FILE_ROW``
    as its last column.  ``last_good`` are the counts of the last good night.

    Raises:
        InputRefused: the night cannot be used.
    """
    with refusing_closed(folder):
        return _read_night(engine, config, folder, night, last_good or {})


def _read_night(
    engine: Engine, config: Config, folder: Path, night: date, last_good: Mapping[str, int]
) -> Night:
    manifest = _require_manifest(config, folder)
    paths = {t.name: find_file(folder, t, config.table_mapping(t.name)) for t in NIGHT_TABLES}
    _require_tables(paths, last_good)
    if manifest is not None:
        used = {path.name for path in paths.values() if path is not None}
        require_manifest_agrees(manifest, folder, night, used)
    read: dict[str, TableRead] = {}
    staged: dict[tuple[Path, Style], Staged] = {}
    for table in NIGHT_TABLES:
        path = paths[table.name]
        if path is None:
            make_empty(engine, table)
            continue
        rows = _staged(engine, config, table, path, staged)
        _require_rows(manifest, table, rows, last_good)
        read[table.name] = read_table(
            engine,
            config,
            table,
            rows,
            _elsewhere(config, table, paths),
            _is_repeated(table, paths),
        )
        _require_floor(config, table, rows.file, read[table.name], last_good)
    return Night(
        night,
        folder,
        frozenset(read),
        {name: found.readable for name, found in read.items()},
        {name: found.quarantined for name, found in read.items()},
        tuple(problem for found in read.values() for problem in found.problems),
        tuple(note for found in read.values() for note in found.notes),
        {(name, column): of for name, found in read.items() for column, of in found.shapes},
    )


def _require_manifest(config: Config, folder: Path) -> Manifest | None:
    manifest = read_manifest(folder)
    if manifest is None and config.reading.require_manifest:
        raise InputRefused(messages.NO_MANIFEST, (Place(MANIFEST),), file=MANIFEST)
    return manifest


def _require_tables(paths: Mapping[str, Path | None], last_good: Mapping[str, int]) -> None:
    for table in NIGHT_TABLES:
        missed = not table.optional or last_good.get(table.name, 0) > 0
        if paths[table.name] is None and missed:
            raise InputRefused(messages.TABLE_MISSING, (Place(table.name),), table=table.name)


def _staged(
    engine: Engine,
    config: Config,
    table: Table,
    path: Path,
    staged: dict[tuple[Path, Style], Staged],
) -> Staged:
    """Stage a file, once for all tables that read it in the same way."""
    mapping = config.table_mapping(table.name)
    require_open(path)
    if path.suffix.lower() in {".json", ".xlsx"}:
        return stage_file(engine, config, table, mapping, path)
    style = style_of(config, mapping, path)
    bare = replace(style, decimal="", thousands="", date_formats=(), instant_formats=())
    key = (path, replace(bare, known=frozenset()))
    if key not in staged:
        staged[key] = stage_file(engine, config, table, mapping, path)
    return replace(staged[key], style=style)


def _elsewhere(config: Config, table: Table, paths: Mapping[str, Path | None]) -> frozenset[str]:
    """Return the columns that other tables take out of the same file, or ignore there."""
    path = paths[table.name]
    taken: set[str] = set()
    for other in NIGHT_TABLES:
        if other is table or path is None or paths[other.name] != path:
            continue
        mapping = config.table_mapping(other.name)
        taken |= {
            theirs(column, mapping, path.suffix.lower() == ".json") for column in other.columns
        }
        taken |= set(mapping.ignored)
    return frozenset(taken)


def _is_repeated(table: Table, paths: Mapping[str, Path | None]) -> bool:
    """Tell whether the file of a table also holds, row by row, what refers to that table."""
    return any(
        column.references is not None and column.references[0] == table.name
        for other in NIGHT_TABLES
        if other is not table and paths[other.name] == paths[table.name]
        for column in other.columns
    )


def _require_rows(
    manifest: Manifest | None, table: Table, staged: Staged, last_good: Mapping[str, int]
) -> None:
    """Require as many rows as the manifest says, and some where there must be some."""
    if manifest is not None:
        counts = {staged.rows + staged.left_out, staged.elements or 0} - {0}
        require_rows_agree(manifest, staged.file, counts or {0})
    if staged.rows or staged.left_out:
        return
    if not table.may_be_empty or last_good.get(table.name, 0) > 0:
        raise InputRefused(messages.NO_ROWS, (Place(staged.file),), file=staged.file)


def _require_floor(
    config: Config, table: Table, file: str, read: TableRead, last_good: Mapping[str, int]
) -> None:
    expected = last_good.get(table.name, 0)
    if read.readable < config.reading.floor * expected:
        raise InputRefused(
            messages.BELOW_FLOOR, (Place(file),), file=file, rows=read.readable, expected=expected
        )
