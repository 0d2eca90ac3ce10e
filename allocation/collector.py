"""Rest for Python's collector of cycles while a batch makes very many values.

Decides that it rests during a night and while pages are made: rows, pages and
names make no cycles, are very many, and looking through them again and again
takes a twentieth of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let the collector rest, and work again afterwards if it did before."""
    worked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if worked:
            gc.enable()
