"""Taking a page or the whole site away: asked by one person, confirmed by another.

Decides who may ask and confirm, and what is on record: a withdrawal of one
letting, a takedown of the site, and its end.  In an emergency one person is
enough, and the record says so.  Everything is an event in an append-only,
hash-chained log; what holds is told by its events alone.  A record names a
page and a reason from a closed list, never a person who is protected.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from allocation.errors import AllocationError
from allocation.state import event_log
from allocation.state.case_file import fold_identity, identity


class InterventionRefused(AllocationError):
    """A step that this person may not take, or that changes nothing."""

    exit_code = 2


class Intervention(StrEnum):
    """What can be done at once; the stored names never change."""

    WITHDRAW = "withdraw"
    TAKE_DOWN = "take_down"
    END_TAKEDOWN = "end_takedown"


class Reason(StrEnum):
    """Why: a closed list, so that no name or story stands in the record."""

    OBJECTION = "objection"
    SAFETY = "safety"
    MISTAKE = "mistake"


class _Kind(StrEnum):
    ASKED = "intervention_asked"
    DONE = "intervention_done"


@dataclass(frozen=True, slots=True)
class Step:
    """One intervention: on which mark (empty for the whole site), and why."""

    what: Intervention
    mark: str = ""


def interventions_path(state: Path) -> Path:
    """Return where the interventions of an installation stand, below its private state."""
    return state / "interventions.sqlite"


@contextmanager
def open_interventions(state: Path) -> Iterator[Interventions]:
    """Open the interventions of a private state folder, readable by its owner alone."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = interventions_path(state)
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        connection.executescript(event_log.SCHEMA)
        yield Interventions(connection)
    finally:
        connection.close()


def withdrawn_marks(state: Path) -> frozenset[str]:
    """Return the marks of the lettings that never come back."""
    if not interventions_path(state).exists():
        return frozenset()
    with open_interventions(state) as interventions:
        return interventions.withdrawn()


class Interventions:
    """The interventions of one installation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def ask(self, step: Step, reason: Reason, *, by: str, emergency: bool, at: datetime) -> bool:
        """Ask for a step or confirm what another asked; return whether it is to be done now.

        It counts as done from here on: who calls does it, and can do it again.

        Raises:
            InterventionRefused: the same person asked before.
        """
        me = identity(by)
        asked = self._asked(step)
        if emergency or (asked and asked != me):
            self._append(_Kind.DONE, step, reason, me, at, emergency=emergency)
            return True
        if asked:
            raise InterventionRefused(
                "You asked for this; somebody else must confirm it, or use --emergency."
            )
        self._append(_Kind.ASKED, step, reason, me, at, emergency=False)
        return False

    def withdrawn(self) -> frozenset[str]:
        """Return the marks of the lettings that were withdrawn."""
        return frozenset(
            step.mark
            for kind, step, _ in self._told()
            if kind == _Kind.DONE and step.what is Intervention.WITHDRAW
        )

    def head(self) -> event_log.Head:
        """Return the end of the log, to be noted elsewhere."""
        return event_log.read_head(self._connection)

    def verify(self, known: event_log.Head | None = None) -> list[event_log.Fault]:
        """Return what is wrong with the log; empty when it is whole.

        ``known`` is a head that was noted elsewhere: the log must still hold it.
        """
        return event_log.check_log(self._connection, known)

    def _asked(self, step: Step) -> str | None:
        """Return who asked for a step that was not done since."""
        asked = None
        for kind, told, by in self._told():
            if told == step:
                asked = fold_identity(by) if kind == _Kind.ASKED else None
        return asked

    def _told(self) -> Iterator[tuple[str, Step, str]]:
        for event in event_log.read_events(self._connection):
            told = event.details or {}
            step = Step(Intervention(str(told["what"])), str(told["mark"]))
            yield event.kind, step, event.by

    def _append(
        self, kind: _Kind, step: Step, reason: Reason, by: str, at: datetime, *, emergency: bool
    ) -> None:
        details: dict[str, object] = {
            "what": str(step.what),
            "mark": step.mark,
            "reason": str(reason),
            "emergency": emergency,
        }
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            event_log.append_event(
                self._connection, at=at, by=by, subject=0, kind=kind, details=details
            )
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
