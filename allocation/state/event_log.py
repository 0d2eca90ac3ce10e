"""An append-only, hash-chained log of events in SQLite.

Decides how an event is written, chained and checked.  Each event's hash covers
its place, moment, author, subject, kind, a salted digest of its details, and
the hash before it; the head of the chain is kept apart, so that a removed tail
is found too.  Details can be erased when the law says so, by an event that
says which; the chain stays whole.  Appending never commits: the caller's
transaction holds the change and its event together.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ERASED = "details_erased"
"""The kind of event that names the events whose details were erased."""

GENESIS = "0" * 64

SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    subject INTEGER NOT NULL,
    kind TEXT NOT NULL,
    salt TEXT,
    details TEXT,
    digest TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE IF NOT EXISTS event_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT OR IGNORE INTO event_head VALUES (1, 0, printf('%064d', 0));
CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER IF NOT EXISTS events_are_final BEFORE UPDATE ON events
WHEN NEW.details IS NOT NULL OR NEW.salt IS NOT NULL
    OR (NEW.seq, NEW.at, NEW.by, NEW.subject, NEW.kind, NEW.digest, NEW.previous, NEW.hash)
    IS NOT (OLD.seq, OLD.at, OLD.by, OLD.subject, OLD.kind, OLD.digest, OLD.previous, OLD.hash)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
"""


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """One event; ``details`` is None where they were erased."""

    seq: int
    at: str
    by: str
    subject: int
    kind: str
    details: Mapping[str, object] | None
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: keep one elsewhere to hold the log to it later."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the log or the cases: a sentence in English and its facts."""

    template: str
    facts: Mapping[str, int]

    def __str__(self) -> str:
        return self.template.format(**self.facts)


def fault(template: str, **facts: int) -> Fault:
    """Return a fault; the template is a sentence that can be translated."""
    return Fault(template, facts)


def canonical(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, ASCII, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def append_event(
    connection: sqlite3.Connection,
    *,
    at: datetime,
    by: str,
    subject: int,
    kind: str,
    details: Mapping[str, object],
) -> Head:
    """Append one event inside the caller's transaction and return the new head."""
    if not connection.in_transaction:
        raise RuntimeError("an event is only written with the change that it tells of")
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    head = read_head(connection)
    salt, text = secrets.token_hex(16), canonical(details)
    moment = at.astimezone(UTC).isoformat(timespec="seconds")
    row = (head.seq + 1, moment, by, subject, kind, _digest(salt, text), head.hash)
    after = Head(head.seq + 1, _chain(row))
    connection.execute(
        "INSERT INTO events (seq, at, by, subject, kind, digest, previous, salt, details, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, salt, text, after.hash),
    )
    connection.execute("UPDATE event_head SET seq = ?, hash = ?", (after.seq, after.hash))
    return after


def erase_details(
    connection: sqlite3.Connection, seqs: list[int], *, at: datetime, by: str
) -> None:
    """Erase the details of events and say so in an event of its own."""
    append_event(connection, at=at, by=by, subject=0, kind=ERASED, details={"seqs": sorted(seqs)})
    connection.executemany(
        "UPDATE events SET details = NULL, salt = NULL WHERE seq = ?", [(seq,) for seq in seqs]
    )


def read_head(connection: sqlite3.Connection) -> Head:
    """Return the recorded end of the chain."""
    row = connection.execute("SELECT seq, hash FROM event_head").fetchone()
    return Head(int(row[0]), str(row[1])) if row else Head(-1, "")


def read_events(connection: sqlite3.Connection, subject: int | None = None) -> list[Event]:
    """Return all events, or those of one subject, in order."""
    rows = connection.execute(
        "SELECT seq, at, by, subject, kind, details, hash FROM events "
        "WHERE ?1 IS NULL OR subject = ?1 ORDER BY seq",
        (subject,),
    )
    return [
        Event(seq, at, by, subject, kind, json.loads(details) if details else None, own)
        for seq, at, by, subject, kind, details, own in rows
    ]


def check_log(connection: sqlite3.Connection, known: Head | None = None) -> list[Fault]:
    """Return what is wrong with the log; empty when it is whole.

    ``known`` is a head that was noted elsewhere: the log must still hold it.
    """
    findings: list[Fault] = []
    erased: set[int] = set()
    without: set[int] = set()
    before, expected = GENESIS, 1
    hashes = {0: GENESIS}
    rows = connection.execute(
        "SELECT seq, at, by, subject, kind, digest, previous, salt, details, hash "
        "FROM events ORDER BY seq"
    )
    for seq, at, by, subject, kind, digest, previous, salt, details, own in rows:
        if seq != expected:
            findings.append(fault("event {seq} is missing", seq=expected))
        if previous != before:
            findings.append(fault("event {seq} does not follow the event before it", seq=seq))
        if own != _chain((seq, at, by, subject, kind, digest, previous)):
            findings.append(fault("event {seq} was changed", seq=seq))
        if details is None:
            without.add(seq)
        elif digest != _digest(salt or "", details):
            findings.append(fault("the details of event {seq} were changed", seq=seq))
        elif kind == ERASED:
            erased.update(json.loads(details)["seqs"])
        before, expected = own, seq + 1
        hashes[seq] = own
    findings.extend(
        fault("the details of event {seq} are gone", seq=seq) for seq in sorted(without - erased)
    )
    head = read_head(connection)
    if (head.seq, head.hash) != (expected - 1, before):
        findings.append(fault("the log does not end where its head says"))
    if known is not None and hashes.get(known.seq) != known.hash:
        findings.append(fault("the log no longer holds the noted event {seq}", seq=known.seq))
    return findings


@contextmanager
def existing_log(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the log in a file that is there, to look at; a file that is missing is not made.

    Raises:
        FileNotFoundError: there is no such file.
        sqlite3.Error: it cannot be read.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    where = f"{path.absolute().as_uri()}?mode=rw"  # a log in WAL mode cannot be read with mode=ro
    connection = sqlite3.connect(where, uri=True, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA query_only = ON")
        yield connection
    finally:
        connection.close()


def holds(connection: sqlite3.Connection, known: Head) -> bool:
    """Say whether the log still holds a noted event, by a look at that event alone."""
    row = connection.execute("SELECT hash FROM events WHERE seq = ?", (known.seq,)).fetchone()
    return known == Head(0, GENESIS) if row is None else str(row[0]) == known.hash


def sha256(text: str) -> str:
    """Return the hex digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(salt: str, text: str) -> str:
    return sha256(canonical([salt, text]))


def _chain(row: tuple[object, ...]) -> str:
    return sha256(canonical(list(row)))
