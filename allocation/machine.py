"""What the machine refuses, in words for who runs the program: a full disk, a closed file.

Decides which complaints of the machine are no bug and what is said of them.
It knows nothing of what a file is for.
"""

from __future__ import annotations

import errno
from pathlib import Path

from allocation.errors import AllocationError, ConfigError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_WORDS = ("no space left", "disk is full", "disk quota exceeded")


def is_disk_full(error: BaseException) -> bool:
    """Tell whether an error, of Python or of an engine, says that there is no room left."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    said = str(error).lower()
    return any(words in said for words in _FULL_WORDS)


def machine_fault(error: Exception) -> AllocationError | None:
    """Return what to say of an error that is the machine's; None if it is a bug."""
    if is_disk_full(error):
        return ConfigError("The disk is full. Make room and start again.")
    if isinstance(error, PermissionError) and error.filename:
        return ConfigError(
            "{file} cannot be used: the account that runs this program has no permission for it.",
            file=Path(str(error.filename)).name,
        )
    return None
