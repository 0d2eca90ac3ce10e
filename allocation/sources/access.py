"""Files and folders of an export that the program may not read.

Decides that this refuses the night: the supplier's files, and not the machine,
are to be put right.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from allocation.errors import InputRefused, Place
from allocation.sources import messages


@contextmanager
def refusing_closed(folder: Path) -> Iterator[None]:
    """Turn a lack of permission, for a folder or anything in it, into a refusal."""
    try:
        yield
    except PermissionError as error:
        path = Path(str(error.filename or folder))
        if not path.is_relative_to(folder):
            raise
        raise InputRefused(messages.CLOSED, (Place(path.name),), file=path.name) from None


def require_open(path: Path) -> None:
    """Require that a file may be read.

    Raises:
        PermissionError: it may not.
    """
    with path.open("rb"):
        pass
