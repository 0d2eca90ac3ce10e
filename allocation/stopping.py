"""Ctrl-C: whoever stops the program gets it stopped, and nothing published afterwards.

Decides what a stop is, whatever it turns into on its way: a database in the
middle of a query makes another error of it, and work that may fail without
stopping the night must not take it for such a failure.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

_asked = False


def listen() -> None:
    """Note from now on that somebody asked to stop; only the main thread can."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _note)


def was_asked() -> bool:
    """Say whether somebody asked to stop."""
    return _asked


def go_on() -> None:
    """Do nothing, unless somebody asked to stop.

    Raises:
        KeyboardInterrupt: somebody did, and it was taken for something else.
    """
    if _asked:
        raise KeyboardInterrupt


def _note(_number: int, _frame: FrameType | None) -> None:
    global _asked  # noqa: PLW0603 - a signal has nowhere else to leave it
    _asked = True
    raise KeyboardInterrupt
