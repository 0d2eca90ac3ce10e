"""Work on many files, shared over the processors of this machine; and work done beside other.

Decides when sharing is worth it and how: each process takes a part of the
files and reads or writes them itself, so that little goes between them.  It
knows nothing of what a file says.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import TypeAlias, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_Started: TypeAlias = (
    "tuple[multiprocessing.process.BaseProcess, Connection[object, Result | BaseException]]"
)

LEAST = 2_000
"""Fewer items than this are not worth a process of their own."""

MOST_PROCESSES = 8

_PIECES = 8
"""How many parts each process takes where the parts take very different times."""

_shared_out = 1
"""Over how many processes the work around this is shared already."""


def share(
    items: Sequence[Item], work: Callable[[Sequence[Item]], Result], least: int | None = None
) -> list[Result]:
    """Do ``work`` on parts of ``items`` at the same time; return the result of each part.

    A part keeps the order of its items.  The processes are forks, which hold
    the lock of the run together: while one of them lives, no other run can
    begin.  What a part raises is raised here.  ``least`` is the smallest part
    that is worth a process, by default ``LEAST``.  What is shared inside a part
    takes no more processors than that part's own.
    """
    global _shared_out  # noqa: PLW0603 - a fork must know what it may still use
    processes = _worth(len(items), least)
    if processes < 2:
        return [work(items)]
    size = -(-len(items) // processes)
    first, *others = [items[start : start + size] for start in range(0, len(items), size)]
    around, _shared_out = _shared_out, _shared_out * processes
    started: list[_Started[Result]] = []
    gc.freeze()
    try:
        started += [_start(part, work) for part in others]
        results = [work(first)]
        return results + [_finish(child, receiver) for child, receiver in started]
    except BaseException:
        for child, _ in started:
            child.terminate()
        raise
    finally:
        _shared_out = around
        gc.unfreeze()


def share_in_turn(items: Sequence[Item], work: Callable[[Sequence[Item]], Result]) -> list[Result]:
    """Do the same for items that take very different times.

    The parts are smaller, and whoever is done with one takes the next.
    """
    processes = _worth(len(items), None)
    if processes < 2:
        return [work(items)]
    size = -(-len(items) // (processes * _PIECES))
    pieces = [items[start : start + size] for start in range(0, len(items), size)]
    turn = multiprocessing.get_context("fork").Value("i", 0)

    def take(_: Sequence[int]) -> list[tuple[int, Result]]:
        found: list[tuple[int, Result]] = []
        while True:
            with turn.get_lock():
                at, turn.value = turn.value, turn.value + 1
            if at >= len(pieces):
                return found
            found.append((at, work(pieces[at])))

    done = [each for found in share(range(processes), take, 1) for each in found]
    return [result for _, result in sorted(done, key=lambda each: each[0])]


@contextmanager
def beside(work: Callable[[], Result]) -> Iterator[Callable[[], Result]]:
    """Do ``work`` in a process beside this one; give what waits for its result, to be asked once.

    The process is a fork: it sees what this one holds now, and changes nothing
    here.  What it raises is raised by the asking.  It is stopped when the block
    ends before it was asked.  On a single processor the work is done here, when
    asked for.  What is shared inside it takes no more processors than its own.
    """
    global _shared_out  # noqa: PLW0603 - a fork must know what it may still use
    if _worth(2, 1) < 2:
        yield work
        return
    around, _shared_out = _shared_out, _processors()
    gc.freeze()
    try:
        child, receiver = _start((), lambda _: work())
    finally:
        gc.unfreeze()
        _shared_out = around
    try:
        yield lambda: _finish(child, receiver)
    finally:
        child.terminate()
        child.join()


def _worth(items: int, least: int | None) -> int:
    """Return over how many processes so many items are shared."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return 1
    free = min(_processors(), MOST_PROCESSES) // _shared_out
    return min(free, items // (least or LEAST))


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _start(part: Sequence[Item], work: Callable[[Sequence[Item]], Result]) -> _Started[Result]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_work_apart, args=(part, work, sender))
    child.start()
    sender.close()
    return child, receiver


def _work_apart(
    part: Sequence[Item],
    work: Callable[[Sequence[Item]], Result],
    sender: Connection[Result | BaseException, object],
) -> None:
    try:
        sender.send(work(part))
    except BaseException as error:
        try:
            sender.send(error)
        except Exception:  # it cannot be sent, and its words may be somebody's: only its name is
            with suppress(OSError):  # nobody listens any more: then nothing is said at all
                sender.send(ChildProcessError(type(error).__name__))


def _finish(
    child: multiprocessing.process.BaseProcess,
    receiver: Connection[object, Result | BaseException],
) -> Result:
    try:
        result = receiver.recv()
    except EOFError:
        raise ChildProcessError("a process that shared the work was stopped from outside") from None
    finally:
        child.join()
    if isinstance(result, BaseException):
        raise result
    return result
