"""Explanations of deviations: one person records one, another confirms it.

Decides who may record and confirm, and that an explanation holds for the facts
that it was given for and no others.  Everything is an event in an append-only,
hash-chained log; where an explanation stands is told by its events alone.
Only the class of a confirmed explanation can become public, never its words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import pyarrow as pa

from allocation.errors import AllocationError
from allocation.state import event_log
from allocation.state.case_file import fold_identity, identity
from allocation.vocabulary import Explanation

EXPLAINED = pa.schema(
    [
        (name, pa.string())
        for name in ("publication_id", "dwelling_id", "rule", "facts", "explanation")
    ]
)
"""Confirmed explanations: of which finding (``facts`` is its digest), and the class."""


class ExplanationRefused(AllocationError):
    """A step that this person may not take, or that does not fit the finding."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """Which finding is explained; ``facts`` is the digest of its evidence.

    A direct allocation has no advert: ``publication_id`` is empty, and
    ``allocation_id`` says which letting it is.  Elsewhere the latter is empty.
    """

    publication_id: str
    dwelling_id: str
    rule: str
    facts: str
    allocation_id: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """Where the explanation of a finding stands; ``confirmed_by`` is None before it is confirmed.

    ``recorded_at`` is the moment of recording, ISO 8601 in UTC.
    """

    finding: Finding
    explanation: Explanation
    motivation: str = field(repr=False)
    recorded_by: str
    recorded_at: str
    confirmed_by: str | None = None


class _Kind(StrEnum):
    RECORDED = "explanation_recorded"
    CONFIRMED = "explanation_confirmed"


def explanations_path(state: Path) -> Path:
    """Return where the explanations of an installation stand, below its private state."""
    return state / "explanations.sqlite"


@contextmanager
def open_explanations(path: Path) -> Iterator[Explanations]:
    """Open the explanations in the SQLite file at ``path``, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(event_log.SCHEMA)
        yield Explanations(connection)
    finally:
        connection.close()


class Explanations:
    """The explanations of one installation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def record(
        self, finding: Finding, explanation: Explanation, motivation: str, *, by: str, at: datetime
    ) -> None:
        """Record an explanation; one that stood for the same finding is replaced.

        Raises:
            ExplanationRefused: no motivation was given.
        """
        if not motivation.strip():
            raise ExplanationRefused("An explanation needs a motivation (--motivation).")
        told = _told(finding) | {"explanation": str(explanation), "motivation": motivation.strip()}
        self._append(_Kind.RECORDED, told, by=identity(by), at=at)

    def confirm(self, finding: Finding, *, by: str, at: datetime) -> Explained:
        """Confirm what another person recorded, and return it.

        Raises:
            ExplanationRefused: nothing is recorded for these facts, it is
                confirmed already, or the same person recorded it.
        """
        me = identity(by)
        known = self.standing().get(finding)
        if known is None:
            raise ExplanationRefused(
                "{rule}: no explanation is recorded for the facts as they are now.",
                rule=finding.rule,
            )
        if known.confirmed_by is not None:
            raise ExplanationRefused("{rule}: this is confirmed already.", rule=finding.rule)
        if fold_identity(known.recorded_by) == me:
            raise ExplanationRefused(
                "{rule}: you recorded this; somebody else must confirm it.", rule=finding.rule
            )
        self._append(_Kind.CONFIRMED, _told(finding), by=me, at=at)
        return self.standing()[finding]

    def standing(self) -> dict[Finding, Explained]:
        """Return the explanation of every finding that has one, as its events tell."""
        found: dict[Finding, Explained] = {}
        for event in event_log.read_events(self._connection):
            told = event.details or {}
            finding = Finding(
                str(told["publication_id"]),
                str(told["dwelling_id"]),
                str(told["rule"]),
                str(told["facts"]),
                str(told.get("allocation_id", "")),
            )
            if event.kind == _Kind.RECORDED:
                explanation = Explanation(str(told["explanation"]))
                words = str(told["motivation"])
                found[finding] = Explained(finding, explanation, words, event.by, event.at)
            else:
                known = found[finding]
                found[finding] = Explained(
                    finding,
                    known.explanation,
                    known.motivation,
                    known.recorded_by,
                    known.recorded_at,
                    event.by,
                )
        return found

    def head(self) -> event_log.Head:
        """Return the end of the log, to be noted elsewhere."""
        return event_log.read_head(self._connection)

    def verify(self, known: event_log.Head | None = None) -> list[event_log.Fault]:
        """Return what is wrong with the log; empty when it is whole.

        ``known`` is a head that was noted elsewhere: the log must still hold it.
        """
        return event_log.check_log(self._connection, known)

    def _append(self, kind: _Kind, told: dict[str, object], *, by: str, at: datetime) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            event_log.append_event(
                self._connection, at=at, by=by, subject=0, kind=kind, details=told
            )
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def confirmed_explanations(path: Path) -> pa.Table:
    """Return what two people explained of adverts (schema ``EXPLAINED``).

    A direct allocation has no page: its explanation is for nobody outside, and left out.
    """
    if not path.exists():
        return EXPLAINED.empty_table()
    with open_explanations(path) as book:
        return pa.Table.from_pylist(
            [
                _told(entry.finding) | {"explanation": str(entry.explanation)}
                for entry in book.standing().values()
                if entry.confirmed_by is not None and entry.finding.publication_id
            ],
            schema=EXPLAINED,
        )


def _told(finding: Finding) -> dict[str, object]:
    told: dict[str, object] = {
        "publication_id": finding.publication_id,
        "dwelling_id": finding.dwelling_id,
        "rule": finding.rule,
        "facts": finding.facts,
    }
    return told | ({"allocation_id": finding.allocation_id} if finding.allocation_id else {})
