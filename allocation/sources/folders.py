"""Which folder is the night, and which file holds which table.

Decides by names alone; it opens no file but the manifest.  It never chooses
between two files that could both be a table.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from allocation.config import Config, TableMapping
from allocation.contract import Table
from allocation.errors import InputRefused, Place
from allocation.sources import messages
from allocation.sources.access import refusing_closed
from allocation.sources.manifest import MANIFEST, read_manifest

SUFFIXES = (".parquet", ".csv", ".xlsx", ".json")


def find_night(config: Config, night: date | None) -> Path:
    """Return the folder of a night, or of the newest complete night.

    Complete means: with a manifest, where one is required.  Without folders of
    nights, a folder of exports that holds files itself is the night.

    Raises:
        InputRefused: there is no such night.
    """
    with refusing_closed(config.paths.exports):
        return _find_night(config, night)


def _find_night(config: Config, night: date | None) -> Path:
    exports = config.paths.exports
    if night is not None and (folder := exports / night.isoformat()).is_dir():
        return folder
    dated = _dated_folders(exports)
    if not dated and _holds_files(exports):
        return exports
    if night is not None:
        raise InputRefused(messages.NO_EXPORTS, night=night.isoformat(), folder=exports.name)
    needs = config.reading.require_manifest
    for folder in reversed(dated):
        if (folder / MANIFEST).is_file() or (not needs and _holds_files(folder)):
            return folder
    raise InputRefused(messages.NO_COMPLETE_NIGHT, folder=exports.name)


def night_date(folder: Path, night: date | None) -> date:
    """Return the date of a night: of its folder, else as given, else of its manifest.

    Raises:
        InputRefused: none of the three says it.
    """
    named = _as_date(folder.name)
    if named is not None:
        return named
    if night is not None:
        return night
    with refusing_closed(folder):
        manifest = read_manifest(folder)
    if manifest is None or manifest.night is None:
        raise InputRefused(messages.NO_NIGHT_DATE, folder=folder.name)
    return manifest.night


def find_file(folder: Path, table: Table, mapping: TableMapping) -> Path | None:
    """Return the file that holds a table, or None if it was not delivered.

    Raises:
        InputRefused: the file of the mapping is absent, or two files could be the table.
    """
    if mapping.source:
        path = folder / mapping.source
        if path.parent != folder or not path.is_file():
            raise InputRefused(
                messages.SOURCE_MISSING,
                (Place(mapping.source),),
                file=mapping.source,
                table=table.name,
            )
        return path
    names = dict.fromkeys([table.name + suffix for suffix in SUFFIXES] + [table.vera + ".json"])
    there = [folder / name for name in names if (folder / name).is_file()]
    if len(there) > 1:
        first, second = there[0].name, there[1].name
        raise InputRefused(
            messages.TWO_CANDIDATES,
            (Place(first), Place(second)),
            table=table.name,
            first=first,
            second=second,
        )
    return there[0] if there else None


def _as_date(name: str) -> date | None:
    try:
        return date.fromisoformat(name) if len(name) == len("2026-11-22") else None
    except ValueError:
        return None


def _dated_folders(exports: Path) -> list[Path]:
    if not exports.is_dir():
        return []
    return sorted(path for path in exports.iterdir() if path.is_dir() and _as_date(path.name))


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(
        path.is_file() and path.suffix in SUFFIXES for path in folder.iterdir()
    )
