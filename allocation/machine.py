"""What the machine refuses, in words for who runs the program: a full disk, a closed file,
a private file that is damaged.

Decides which complaints of the machine are no bug and what is said of them.
It knows nothing of what a file is for.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from allocation.errors import AllocationError, ConfigError, LockHeld

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_WORDS = ("no space left", "disk is full", "disk quota exceeded")
_CLOSED_WORDS = ("unable to open database", "readonly database")
"""SQLite's words for a file or folder that may not be written."""

_DAMAGE = (pa.ArrowInvalid, duckdb.IOException, duckdb.InvalidInputException)


def is_disk_full(error: BaseException) -> bool:
    """Tell whether an error, of Python or of an engine, says that there is no room left."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    said = str(error).lower()
    return any(words in said for words in _FULL_WORDS)


def held_elsewhere(error: Exception) -> LockHeld | None:
    """Return what to say when another program holds a private file; None if that is not it."""
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return LockHeld(
            "Another program holds a file of the private folder. Close it, or wait a minute, "
            "and start again."
        )
    return None


def machine_fault(error: Exception) -> AllocationError | None:
    """Return what to say of an error that is the machine's; None if it is a bug."""
    if is_disk_full(error):
        return ConfigError("The disk is full. Make room and start again.")
    if held := held_elsewhere(error):
        return held
    if isinstance(error, sqlite3.OperationalError) and any(
        words in str(error) for words in _CLOSED_WORDS
    ):
        return ConfigError(
            "A file of the private folder cannot be used: the account that runs this program "
            "may not write in that folder."
        )
    if type(error) is sqlite3.DatabaseError:  # its kinds say other things
        return ConfigError("A file of the private folder is damaged; put it back from a backup.")
    if isinstance(error, PermissionError) and error.filename:
        return ConfigError(
            "{file} cannot be used: the account that runs this program has no permission for it.",
            file=Path(str(error.filename)).name,
        )
    return None


@contextmanager
def needing_whole(path: Path) -> Iterator[None]:
    """Say in one line that a private file, or one in a private folder, is damaged.

    Raises:
        ConfigError: it is.
    """
    try:
        yield
    except (sqlite3.DatabaseError, OSError, *_DAMAGE) as error:
        other = isinstance(error, sqlite3.OperationalError | PermissionError)
        if other or is_disk_full(error):
            raise
        raise ConfigError(
            "{file}, of the private folder, is damaged; put it back from a backup. Until then "
            "the site stays as it is.",
            file=path.name,
        ) from None
