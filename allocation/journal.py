"""The log of the runs: JSON lines, one event a line.

Decides which facts may be logged: an allow-list of field names, each a count,
a name of ours or a place in a file.  A field that is not on the list is a
bug and is refused, so that no value of a person can reach a log.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

FIELDS: frozenset[str] = frozenset(
    {
        "night",
        "stage",
        "seconds",
        "table",
        "file",
        "row",
        "column",
        "kind",
        "count",
        "ground",
        "rule",
        "outcome",
        "release",
        "pages",
        "files",
        "bytes",
        "patterns",
        "written",
        "linked",
        "exit_code",
        "error",
        "version",
    }
)


class Journal:
    """Appends events to a file that only its owner can read."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock

    def write(self, event: str, **facts: str | int | float | None) -> None:
        """Append one event with its facts.

        Raises:
            ValueError: a fact's name is not on the allow-list.
        """
        foreign = facts.keys() - FIELDS
        if foreign:
            raise ValueError(f"these fields may not be logged: {', '.join(sorted(foreign))}")
        line = {"at": self._clock().isoformat(timespec="seconds"), "event": event} | {
            name: value for name, value in facts.items() if value is not None
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            self._path.touch(mode=0o600)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def night_journal(state: Path, night: date) -> Journal:
    """Return the log of one night."""
    return Journal(state / "logs" / f"{night.isoformat()}.jsonl", lambda: datetime.now(UTC))
