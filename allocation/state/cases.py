"""The casework on register matches: who has looked, and what two people decided.

Decides which step a case may take and by whom.  A case goes from ``open`` by
a first and a second review to ``closed`` (cleared or upheld).  Two different
people review; nobody acts in a case about themselves or on a letting that they
handled or approved; the second does not see the first's conclusion before
giving their own.  A changed fact sets both reviews aside, and reopens a closed
case; a dismissed pair without a changed fact stays dismissed.  Every step is
one event in ``allocation.state.event_log``, written in the same transaction.  A case
is private: nothing of it reaches a public stage.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from allocation.state import event_log
from allocation.state.case_file import (
    Case,
    CaseEvent,
    CaseRefused,
    CaseState,
    Conclusion,
    Screening,
    Signal,
    fold_identity,
    identity,
)
from allocation.state.case_replay import Standing, replay
from allocation.state.case_store import CaseStore

_NEXT_REVIEW = {
    CaseState.OPEN: (1, CaseState.FIRST_REVIEWED),
    CaseState.FIRST_REVIEWED: (2, CaseState.SECOND_REVIEWED),
}


def case_book_path(state: Path) -> Path:
    """Return where the cases of an installation stand, below its private state."""
    return state / "cases.sqlite"


@contextmanager
def open_case_book(path: Path) -> Iterator[CaseBook]:
    """Open the cases in the SQLite file at ``path``, readable by its owner alone."""
    if not path.exists():
        path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        yield CaseBook(connection)
    finally:
        connection.close()


class CaseBook:
    """The cases of one installation; every change is one transaction with its event."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._store = CaseStore(connection)

    def receive(self, signals: Iterable[Signal], *, by: str, at: datetime) -> int:
        """Open a case for each new pair, reopen those with changed facts; return how many.

        A pair that is known with the same facts is left as it is, whatever its
        state, and however the weights have changed.  While a case is not
        closed, what happened in its letting is kept up to date: before a
        review quietly, after one by setting the reviews aside.
        """
        with self._store.transaction():
            ordered = sorted(signals, key=lambda signal: signal.pair)
            return sum(self._receive(signal, identity(by), at) for signal in ordered)

    def review(
        self, number: int, *, by: str, conclusion: Conclusion, motivation: str, at: datetime
    ) -> CaseState:
        """Record a first or second review and return the new state.

        Raises:
            CaseRefused: the case waits for no review; the reviewer reviewed it
                before, is concerned or handled the letting; or no motivation.
        """
        with self._store.transaction():
            state, _, signal = self._store.require(number)
            me = _require_uninvolved(number, signal, by)
            if not motivation.strip():
                raise CaseRefused("A review needs a motivation.")
            if state not in _NEXT_REVIEW:
                raise CaseRefused("Case {number} does not wait for a review.", number=number)
            if me in {fold_identity(who) for _, who, _, _ in self._store.reviews(number)}:
                raise CaseRefused(
                    "Case {number}: the second review is for somebody else.", number=number
                )
            place, after = _NEXT_REVIEW[state]
            self._store.add_review(number, place, me, conclusion, motivation)
            self._store.set(number, after, None)
            told = {"place": place, "conclusion": conclusion, "motivation": motivation}
            self._store.record(CaseEvent.REVIEWED, number, me, at, told)
            return after

    def close(self, number: int, *, by: str, at: datetime) -> Conclusion:
        """Close a case on which both reviewers agree, and return the outcome.

        Raises:
            CaseRefused: not both reviews are given, the reviewers differ, or
                ``by`` is concerned or handled the letting.
        """
        with self._store.transaction():
            state, _, signal = self._store.require(number)
            me = _require_uninvolved(number, signal, by)
            if state is not CaseState.SECOND_REVIEWED:
                raise CaseRefused("Case {number} does not wait to be closed.", number=number)
            conclusions = {conclusion for _, _, conclusion, _ in self._store.reviews(number)}
            if len(conclusions) != 1:
                raise CaseRefused(
                    "Case {number}: the reviewers differ; set the reviews aside.", number=number
                )
            outcome = conclusions.pop()
            self._store.set(number, CaseState.CLOSED, outcome)
            self._store.record(CaseEvent.CLOSED, number, me, at, {"outcome": outcome})
            return outcome

    def set_reviews_aside(self, number: int, *, by: str, reason: str, at: datetime) -> None:
        """Let two people look again where the reviewers differ; the log keeps what they wrote.

        Raises:
            CaseRefused: the reviewers do not differ, no reason, or ``by`` is involved.
        """
        with self._store.transaction():
            state, _, signal = self._store.require(number)
            me = _require_uninvolved(number, signal, by)
            differ = len({conclusion for _, _, conclusion, _ in self._store.reviews(number)}) == 2
            if state is not CaseState.SECOND_REVIEWED or not differ:
                raise CaseRefused("Case {number}: the reviewers do not differ.", number=number)
            if not reason.strip():
                raise CaseRefused("Setting reviews aside needs a reason.")
            self._store.clear(number)
            self._store.set(number, CaseState.OPEN, None)
            self._store.record(CaseEvent.REVIEWS_RESET, number, me, at, {"reason": reason})

    def agree_to_publish(self, number: int, *, by: str, at: datetime) -> bool:
        """Agree that an upheld case becomes a published deviation; True once two people have.

        Raises:
            CaseRefused: the case is not upheld, two have agreed already, or
                ``by`` is one of them or involved.
        """
        with self._store.transaction():
            _, outcome, signal = self._store.require(number)
            me = _require_uninvolved(number, signal, by)
            if outcome is not Conclusion.UPHELD:
                raise CaseRefused("Case {number} is not closed as upheld.", number=number)
            agreed = self._store.agreed(number)
            if me in set(map(fold_identity, agreed)) or len(agreed) >= 2:
                raise CaseRefused("Case {number}: you or two others agreed.", number=number)
            self._store.add_agreement(number, me)
            self._store.record(CaseEvent.PUBLICATION_AGREED, number, me, at, {})
            return len(agreed) + 1 == 2

    def show(self, number: int, *, viewer: str) -> Case:
        """Return a case as ``viewer`` may see it.

        Until both reviews are given, a conclusion and its motivation are seen
        by their author alone.

        Raises:
            CaseRefused: there is no such case, or it concerns the viewer.
        """
        _, _, signal = self._store.require(number)
        me = identity(viewer)
        if me == fold_identity(signal.employee_id):
            raise CaseRefused("There is no case {number}.", number=number)
        return self._case(number, me)

    def _case(self, number: int, me: str | None) -> Case:
        """Return a case with the conclusions that ``me`` may see."""
        state, outcome, signal = self._store.require(number)
        reviews = self._store.reviews(number)
        both = state in (CaseState.SECOND_REVIEWED, CaseState.CLOSED)
        return Case(
            number,
            state,
            outcome,
            signal,
            tuple(reviewer for _, reviewer, _, _ in reviews),
            tuple(
                (who, what, why)
                for _, who, what, why in reviews
                if both or fold_identity(who) == me
            ),
            self._store.agreed(number),
        )

    def all_cases(self) -> list[Case]:
        """Return every case as the program itself may see it; for no viewer's eyes."""
        return [self._case(number, None) for number in self._store.numbers()]

    def list_cases(self, *, viewer: str) -> list[Case]:
        """Return the cases that do not concern the viewer, in order of number."""
        found = []
        for number in self._store.numbers():
            _, _, signal = self._store.require(number)
            if fold_identity(signal.employee_id) != identity(viewer):
                found.append(self.show(number, viewer=viewer))
        return found

    def note_screening(self, screening: Screening) -> bool:
        """Remember how a night's screening went; False if a later night was screened before.

        An older night that is run again must not put older facts in the cases.
        """
        with self._store.transaction():
            good = [known.night for known in self._store.screenings() if known.problem is None]
            if good and screening.night < good[0]:
                return False
            self._store.put_screening(screening)
            return True

    def screenings(self) -> list[Screening]:
        """Return how the screenings went, the last night first."""
        return self._store.screenings()

    def history(self, number: int) -> list[event_log.Event]:
        """Return the events of a case, in order."""
        return event_log.read_events(self._store.connection, subject=number)

    def purge(self, *, closed_before: datetime, by: str, at: datetime) -> int:
        """Erase the content of cases that were cleared before a moment; return how many.

        What recognises the pair stays, so that it stays dismissed.
        """
        moment = closed_before.astimezone(UTC).isoformat(timespec="seconds")
        with self._store.transaction():
            purged = 0
            for number in self._store.numbers():
                _, outcome, signal = self._store.require(number)
                events = event_log.read_events(self._store.connection, subject=number)
                alive = [event.seq for event in events if event.details is not None]
                if outcome is Conclusion.CLEARED and events[-1].at < moment and alive:
                    self._store.put_signal(number, signal.without_content())
                    self._store.blank_motivations(number)
                    event_log.erase_details(self._store.connection, alive, at=at, by=identity(by))
                    purged += 1
            return purged

    def head(self) -> event_log.Head:
        """Return the end of the log, to be noted elsewhere."""
        return event_log.read_head(self._store.connection)

    def verify(self, known: event_log.Head | None = None) -> list[event_log.Fault]:
        """Return what is wrong with the log or with the cases beside it; empty when all is well.

        ``known`` is a head that was noted elsewhere; without one, somebody who
        rewrites the whole log and its head leaves no trace in it.
        """
        findings = event_log.check_log(self._store.connection, known)
        if findings:
            return findings
        told = replay(event_log.read_events(self._store.connection))
        numbers = sorted(told.keys() | set(self._store.numbers()))
        return [
            event_log.fault("case {number} is not as its events tell", number=number)
            for number in numbers
            if number not in told or not self._stands(number, told[number])
        ]

    def _stands(self, number: int, told: Standing | None) -> bool:
        """Say whether a case is as told; one whose events were erased need only be readable."""
        try:
            standing = self._store.standing(number)
        except (CaseRefused, ValueError, TypeError, KeyError, AttributeError):
            return False
        return told is None or standing == told

    def _receive(self, signal: Signal, by: str, at: datetime) -> bool:
        known = self._store.find(signal)
        told: dict[str, object] = {
            "facts": signal.facts,
            "signal": event_log.sha256(signal.to_json()),
        }
        if known is None:
            self._store.record(CaseEvent.OPENED, self._store.add(signal), by, at, told)
            return True
        number, facts = known
        state, _, before = self._store.require(number)
        same = facts == signal.facts
        if same and (state is CaseState.CLOSED or before.circumstances == signal.circumstances):
            return False
        if same and state is CaseState.OPEN:
            self._store.put_signal(number, signal)
            self._store.record(CaseEvent.LETTING_UPDATED, number, by, at, told)
            return False
        self._store.clear(number)
        self._store.put_signal(number, signal)
        self._store.set(number, CaseState.OPEN, None)
        self._store.record(CaseEvent.FACTS_CHANGED, number, by, at, told)
        return True


def _require_uninvolved(number: int, signal: Signal, by: str) -> str:
    """Return who ``by`` is, unless the case concerns them or they handled the letting.

    Whom a case concerns is not told that there is one.
    """
    me = identity(by)
    if me == fold_identity(signal.employee_id):
        raise CaseRefused("There is no case {number}.", number=number)
    if me in set(map(fold_identity, signal.handlers)):
        raise CaseRefused("Case {number}: you handled this letting.", number=number)
    return me
