"""Timing for the benchmarks: seconds and peak memory of one piece of work in a fresh process."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_USUAL = 60e-6
"""Seconds in which any disk at rest makes an empty file."""

_MADE = 5_000
_WAIT = 30
_MOST_WAITS = 14


@dataclass(frozen=True)
class Measured:
    """One measurement: wall seconds, and peak resident memory in MB where known."""

    name: str
    seconds: float
    megabytes: float | None = None


class Rounds:
    """Pieces of work measured in turn, a few times over.

    A machine that others use too changes its speed from minute to minute.  Within
    a round it hardly does: what two pieces took is compared round by round, and of
    the ratios the middle one counts.
    """

    def __init__(self, rounds: int, pieces: Mapping[str, Callable[[], Measured]]) -> None:
        self._measured = [{name: take() for name, take in pieces.items()} for _ in range(rounds)]

    def middle(self, name: str) -> Measured:
        """Return the middle of a piece's seconds, with the most memory that it took."""
        rows = [measured[name] for measured in self._measured]
        memory = [row.megabytes for row in rows if row.megabytes is not None]
        return Measured(name, median(row.seconds for row in rows), max(memory, default=None))

    def ratios(self, name: str, over: str) -> list[float]:
        """Return how many times as long as another a piece took, one a round, lowest first."""
        return sorted(each[name].seconds / each[over].seconds for each in self._measured)


def run_command(name: str, words: Sequence[str], cwd: Path | None = None) -> Measured:
    """Time a command from start to end, its own start included."""
    return _run(name, words, cwd, subprocess.DEVNULL)[0]


def run_telling(name: str, words: Sequence[str]) -> tuple[Measured, str]:
    """Time a command, and return also what it printed."""
    return _run(name, words, None, subprocess.PIPE)


def _run(name: str, words: Sequence[str], cwd: Path | None, output: int) -> tuple[Measured, str]:
    os.sync()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    started = time.monotonic()
    done = subprocess.run(words, cwd=cwd, check=True, stdout=output, text=True)
    seconds = time.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Measured(name, seconds, after / 1024 if after > before else None), done.stdout or ""


def python(name: str, code: str, *arguments: str) -> Measured:
    """Time a piece of Python in a process of its own."""
    return run_command(name, [sys.executable, "-c", code, *arguments])


def wait_for_rest(folder: Path) -> None:
    """Wait until making files costs what it does on most days, for seven minutes at most.

    Whoever removed very many files a moment ago makes every new one slow: ext4 does
    not give the number of a removed file to another for five minutes, and looks
    at each of them again and again.
    """
    for attempt in range(_MOST_WAITS):
        each = _seconds_to_make_a_file(folder / f"rest-{attempt}")
        if each < _USUAL:
            return
        print(
            f"Making a file takes {each * 1e6:.0f} microseconds; many were removed here a moment "
            f"ago. Waiting {_WAIT} seconds.",
            flush=True,
        )
        time.sleep(_WAIT)
    print("The disk does not come to rest; what writes files is measured as it is.")


def _seconds_to_make_a_file(folder: Path) -> float:
    folder.mkdir()
    started = time.monotonic()
    for number in range(_MADE):
        (folder / str(number)).touch()
    return (time.monotonic() - started) / _MADE


def table(title: str, rows: Sequence[Measured], base: str) -> str:
    """Return the measurements as a table, each as a ratio to ``base``."""
    reference = next(row.seconds for row in rows if row.name == base)
    lines = [title, f"{'what':<52}{'seconds':>10}{'ratio':>8}{'peak MB':>10}"]
    for row in rows:
        memory = f"{row.megabytes:>10.0f}" if row.megabytes else f"{'':>10}"
        lines.append(f"{row.name:<52}{row.seconds:>10.2f}{row.seconds / reference:>8.2f}{memory}")
    return "\n".join(lines)


def write_json(path: Path, facts: object) -> None:
    """Write the results for later comparison."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts, indent=1, sort_keys=True) + "\n", encoding="utf-8")
