"""The cases as they stand, in SQLite.

Decides how a case, its reviews and its agreements are stored; no rule about
who may do what is here.  A change is only made inside ``transaction``, with
its event.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from allocation.state import event_log
from allocation.state.case_file import (
    CaseEvent,
    CaseRefused,
    CaseState,
    Conclusion,
    Screening,
    Signal,
    read_signal,
)
from allocation.state.case_replay import Standing

SCHEMA = """
CREATE TABLE IF NOT EXISTS cases (
    number INTEGER PRIMARY KEY,
    allocation_id TEXT NOT NULL,
    candidate_id TEXT NOT NULL,
    person_number INTEGER NOT NULL,
    person_id TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    facts TEXT NOT NULL,
    signal TEXT NOT NULL,
    UNIQUE (allocation_id, candidate_id, person_number, person_id)
) STRICT;
CREATE TABLE IF NOT EXISTS reviews (
    number INTEGER NOT NULL REFERENCES cases (number),
    place INTEGER NOT NULL CHECK (place IN (1, 2)),
    reviewer TEXT NOT NULL,
    conclusion TEXT NOT NULL,
    motivation TEXT NOT NULL,
    PRIMARY KEY (number, place),
    UNIQUE (number, reviewer)
) STRICT;
CREATE TABLE IF NOT EXISTS agreements (
    number INTEGER NOT NULL REFERENCES cases (number),
    agreed_by TEXT NOT NULL,
    PRIMARY KEY (number, agreed_by)
) STRICT;
CREATE TABLE IF NOT EXISTS screenings (
    night TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    problem TEXT,
    unnamed INTEGER NOT NULL,
    persons INTEGER NOT NULL,
    registered INTEGER NOT NULL,
    bare INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
_BARE = "ALTER TABLE screenings ADD COLUMN bare INTEGER NOT NULL DEFAULT 0"
"""What a case book of before the count of new tenants without date and address lacks."""


class CaseStore:
    """The tables of cases, beside the log of their events."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        connection.executescript(SCHEMA + event_log.SCHEMA)
        columns = connection.execute("SELECT name FROM pragma_table_info('screenings')").fetchall()
        if ("bare",) not in columns:
            connection.execute(_BARE)

    def find(self, signal: Signal) -> tuple[int, str] | None:
        """Return number and facts of the case of a pair, if there is one."""
        row = self.connection.execute(
            "SELECT number, facts FROM cases WHERE (allocation_id, candidate_id, person_number, "
            "person_id) = (?, ?, ?, ?)",
            signal.pair,
        ).fetchone()
        return (int(row[0]), str(row[1])) if row else None

    def add(self, signal: Signal) -> int:
        """Store a new open case and return its number."""
        cursor = self.connection.execute(
            "INSERT INTO cases (allocation_id, candidate_id, person_number, person_id, state, "
            "facts, signal) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*signal.pair, CaseState.OPEN, signal.facts, signal.to_json()),
        )
        return int(cursor.lastrowid or 0)

    def put_signal(self, number: int, signal: Signal) -> None:
        """Replace what a case holds of its signal."""
        self.connection.execute(
            "UPDATE cases SET facts = ?, signal = ? WHERE number = ?",
            (signal.facts, signal.to_json(), number),
        )

    def add_review(
        self, number: int, place: int, reviewer: str, conclusion: Conclusion, motivation: str
    ) -> None:
        """Store a review."""
        self.connection.execute(
            "INSERT INTO reviews VALUES (?, ?, ?, ?, ?)",
            (number, place, reviewer, conclusion, motivation),
        )

    def add_agreement(self, number: int, agreed_by: str) -> None:
        """Store that somebody agrees to publish."""
        self.connection.execute("INSERT INTO agreements VALUES (?, ?)", (number, agreed_by))

    def blank_motivations(self, number: int) -> None:
        """Take away what reviewers wrote."""
        self.connection.execute("UPDATE reviews SET motivation = '' WHERE number = ?", (number,))

    def clear(self, number: int) -> None:
        """Remove the reviews and agreements of a case."""
        for table in ("reviews", "agreements"):
            self.connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))

    def set(self, number: int, state: CaseState, outcome: Conclusion | None) -> None:
        """Set the state and outcome of a case."""
        self.connection.execute(
            "UPDATE cases SET state = ?, outcome = ? WHERE number = ?", (state, outcome, number)
        )

    def record(
        self, kind: CaseEvent, number: int, by: str, at: datetime, details: Mapping[str, object]
    ) -> None:
        """Write the event of the change in hand."""
        event_log.append_event(
            self.connection, at=at, by=by, subject=number, kind=kind, details=details
        )

    def put_screening(self, screening: Screening) -> None:
        """Store how a night's screening went, in place of an earlier run of that night."""
        self.connection.execute(
            "INSERT OR REPLACE INTO screenings VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                screening.night.isoformat(),
                screening.at.isoformat(timespec="seconds"),
                None if screening.problem is None else json.dumps(screening.problem, default=str),
                screening.unnamed,
                screening.persons,
                screening.registered,
                screening.bare,
            ),
        )

    def screenings(self) -> list[Screening]:
        """Return how the screenings went, the last night first."""
        return [
            Screening(
                date.fromisoformat(night),
                datetime.fromisoformat(at),
                None if problem is None else tuple(json.loads(problem)),
                *counts,
            )
            for night, at, problem, *counts in self.connection.execute(
                "SELECT night, at, problem, unnamed, persons, registered, bare FROM screenings "
                "ORDER BY night DESC"
            )
        ]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold one change and its event together."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def numbers(self) -> list[int]:
        """Return the numbers of all cases."""
        rows = self.connection.execute("SELECT number FROM cases ORDER BY number").fetchall()
        return [int(row[0]) for row in rows]

    def require(self, number: int) -> tuple[CaseState, Conclusion | None, Signal]:
        """Return state, outcome and signal of a case.

        Raises:
            CaseRefused: there is no such case, or what is stored is none.
        """
        row = self.connection.execute(
            "SELECT state, outcome, signal FROM cases WHERE number = ?", (number,)
        ).fetchone()
        if row is None:
            raise CaseRefused("There is no case {number}.", number=number)
        try:
            outcome = Conclusion(row[1]) if row[1] is not None else None
            return CaseState(row[0]), outcome, read_signal(row[2])
        except (ValueError, TypeError, KeyError, AttributeError):
            raise CaseRefused(
                "Case {number} was changed outside the program: run 'cases verify'.", number=number
            ) from None

    def reviews(self, number: int) -> list[tuple[int, str, Conclusion, str]]:
        """Return place, reviewer, conclusion and motivation of the reviews that stand."""
        rows = self.connection.execute(
            "SELECT place, reviewer, conclusion, motivation FROM reviews WHERE number = ? "
            "ORDER BY place",
            (number,),
        )
        return [(place, who, Conclusion(what), why) for place, who, what, why in rows]

    def agreed(self, number: int) -> tuple[str, ...]:
        """Return who agreed to publish."""
        rows = self.connection.execute(
            "SELECT agreed_by FROM agreements WHERE number = ? ORDER BY agreed_by", (number,)
        )
        return tuple(str(row[0]) for row in rows)

    def standing(self, number: int) -> Standing:
        """Return the whole of a case, to be held against its events.

        Raises:
            ValueError: what is stored is no case.
        """
        state, outcome, signal = self.require(number)
        facts, *pair = self.connection.execute(
            "SELECT facts, allocation_id, candidate_id, person_number, person_id FROM cases "
            "WHERE number = ?",
            (number,),
        ).fetchone()
        if tuple(pair) != signal.pair:
            raise ValueError("the key of a case is not that of its signal")
        return Standing(
            state,
            outcome,
            str(facts),
            event_log.sha256(signal.to_json()),
            tuple((place, who, what, why) for place, who, what, why in self.reviews(number)),
            self.agreed(number),
        )
