"""The register of employees and their relatives: read apart from the night.

Decides whether the register may be used: only its owner can read it, and its
rows can be read.  Whether a night goes on without it is not decided here.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass

from allocation.config import Config
from allocation.contract import REGISTER
from allocation.engine import Engine
from allocation.errors import ConfigError, InputRefused, Place
from allocation.sources import messages
from allocation.sources.findings import Problem
from allocation.sources.tables import make_empty, read_table, stage_file


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
        ConfigError: others than its owner can read the file.
        InputRefused: it is configured and absent, or cannot be read; both
            relations are then there, without rows.
    """
    make_empty(engine, REGISTER)
    path = config.paths.register_file
    if path is None:
        return RegisterRead(False, 0, 0, (), ())
    try:
        mode = path.stat().st_mode
    except OSError:
        raise InputRefused(messages.REGISTER_ABSENT, (Place(path.name),), file=path.name) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(messages.REGISTER_OPEN, file=path.name)
    mapping = config.table_mapping(REGISTER.name)
    try:
        staged = stage_file(engine, config, REGISTER, mapping, path)
        read = read_table(engine, config, REGISTER, staged)
    except InputRefused:
        make_empty(engine, REGISTER)
        raise
    return RegisterRead(True, read.readable, read.quarantined, read.problems, read.notes)
