"""What a release notes of the private state beside it, so that a part put back old shows.

Decides what is noted, the end of each log and a digest of every snapshot, and
when the state no longer holds it.  A log may have grown since; it must still
hold the noted event.  One look per file: whether a whole log is sound is for
its own ``verify`` to say.  Looking makes no file and changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from allocation.state import event_log
from allocation.state.cases import case_book_path
from allocation.state.event_log import Head
from allocation.state.explanations import explanations_path
from allocation.state.interventions import interventions_path
from allocation.state.snapshots import Snapshots, digest_of, snapshots_path


@dataclass(frozen=True, slots=True)
class StateNote:
    """The end of each log that there was, by file name, and a digest per snapshot.

    An empty digest stands for a snapshot that must be there and may have been
    replaced since: its night was being built again.
    """

    logs: Mapping[str, Head]
    snapshots: Mapping[str, str]

    def expecting(self, night: date) -> StateNote:
        """Return the note that lets one night replace its own snapshots."""
        stem = night.isoformat()
        return replace(
            self,
            snapshots={
                name: "" if Path(name).stem == stem else digest
                for name, digest in self.snapshots.items()
            },
        )


def take_note(state: Path, before: StateNote | None) -> StateNote:
    """Note what a private state holds now.

    ``before`` is the note that it was held to in this run: what that says of a
    snapshot is not worked out again.  A log that cannot be read is not noted.
    """
    paths = (interventions_path(state), case_book_path(state), explanations_path(state))
    heads = {path.name: _head(path) for path in paths}
    known = before.snapshots if before else {}
    return StateNote(
        {name: head for name, head in heads.items() if head is not None},
        Snapshots(snapshots_path(state)).digests(known),
    )


def read_note(raw: object) -> StateNote | None:
    """Return the note that a record holds as JSON; None in one of before there were notes.

    Raises:
        ValueError, TypeError, KeyError: it is no note.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise TypeError("a note is an object")
    logs, snapshots = dict(raw["logs"]), dict(raw["snapshots"])
    return StateNote(
        {str(name): Head(int(head["seq"]), str(head["hash"])) for name, head in logs.items()},
        {str(name): str(digest) for name, digest in snapshots.items()},
    )


def lost_since(state: Path, note: StateNote) -> list[str]:
    """Return the files that no longer hold what was noted of them; empty when all is well."""
    folder = snapshots_path(state)
    logs = [name for name, head in note.logs.items() if not _still_holds(state / name, head)]
    return logs + [
        name for name, noted in note.snapshots.items() if not _is_as_noted(folder / name, noted)
    ]


def _head(path: Path) -> Head | None:
    try:
        with event_log.existing_log(path) as connection:
            return event_log.read_head(connection)
    except (OSError, sqlite3.Error):
        return None


def _still_holds(path: Path, head: Head) -> bool:
    try:
        with event_log.existing_log(path) as connection:
            return event_log.holds(connection, head)
    except (OSError, sqlite3.Error):
        return False


def _is_as_noted(path: Path, noted: str) -> bool:
    try:
        return path.is_file() if not noted else digest_of(path) == noted
    except OSError:
        return False
