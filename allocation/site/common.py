"""A file of the site that serves every language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class CommonFile(NamedTuple):
    """Its path, and its content, which is made only when asked; ``facts`` decide it."""

    path: str
    facts: Sequence[object]
    content: Callable[[], bytes]
