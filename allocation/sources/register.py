"""The register of employees and their relatives: read apart from the night.

Decides whether the register may be used: it comes from a file that only its
owner can read, or from a command, and its rows can be read.  It is held in
memory and never written down.  Whether a night goes on without it is not
decided here.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from allocation.config import Config
from allocation.contract import REGISTER
from allocation.engine import Engine
from allocation.errors import ConfigError, InputRefused, Place
from allocation.sources import messages
from allocation.sources.command_output import command_output
from allocation.sources.findings import Problem
from allocation.sources.parquet_files import stage_parquet
from allocation.sources.register_rows import hold_rows, read_csv_rows
from allocation.sources.staging import Staged, style_of
from allocation.sources.tables import make_empty, read_table
from allocation.sources.xlsx_files import read_sheet


@dataclass(frozen=True, slots=True)
class RegisterRead:
    """What reading the register gave; ``delivered`` is false where none is configured."""

    delivered: bool
    count: int
    quarantined: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def read_register(engine: Engine, config: Config) -> RegisterRead:
    """Read the register into ``register`` and ``register_quarantined``.

    Raises:
        ConfigError: others than its owner can read the file, or the command
            cannot be started.
        InputRefused: it is configured and absent, or cannot be read; both
            relations are then there, without rows.
    """
    make_empty(engine, REGISTER)
    if config.paths.register_file is None and not config.register_source.command:
        return RegisterRead(False, 0, 0, (), ())
    try:
        staged = _stage(engine, config)
        _require_header(config, staged)
        read = read_table(engine, config, REGISTER, staged)
    except Exception:
        make_empty(engine, REGISTER)
        raise
    return RegisterRead(True, read.readable, read.quarantined, read.problems, read.notes)


def _stage(engine: Engine, config: Config) -> Staged:
    """Bring the register's rows into the engine's memory."""
    path = config.paths.register_file
    mapping = config.table_mapping(REGISTER.name)
    if path is None:
        file = Path(config.register_source.command[0]).name
        style = style_of(config, mapping, Path(file))
        content = command_output(config.register_source)
        return hold_rows(engine, file, style, *read_csv_rows(content, file, style))
    style = style_of(config, mapping, path)
    _require_private(path)
    match path.suffix.lower():
        case ".csv" | ".txt":
            rows = read_csv_rows(_content(path), path.name, style)
            return hold_rows(engine, path.name, style, *rows)
        case ".xlsx":
            return hold_rows(engine, path.name, style, *read_sheet(path, style, REGISTER.name))
        case ".parquet":
            return stage_parquet(engine, path, style)
        case _:
            raise InputRefused(messages.REGISTER_FORM, (Place(path.name),), file=path.name)


def _require_header(config: Config, staged: Staged) -> None:
    """Require that the first row names columns: an error may name a column, never a person."""
    mapping = config.table_mapping(REGISTER.name)
    known = {*REGISTER.names, *mapping.columns.values(), *mapping.ignored}
    if known.isdisjoint(staged.fields):
        raise InputRefused(messages.REGISTER_NO_HEADER, (Place(staged.file, 1),), file=staged.file)


def _require_private(path: Path) -> None:
    """Require that nobody but its owner can do anything with the file."""
    try:
        mode = path.stat().st_mode
    except OSError:
        raise InputRefused(messages.REGISTER_ABSENT, (Place(path.name),), file=path.name) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(messages.REGISTER_OPEN, file=path.name)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise InputRefused(messages.UNREADABLE, (Place(path.name),), file=path.name) from None
