"""Casework: four eyes, what a reviewer may see, and a log in which no edit stays hidden."""

from __future__ import annotations

import datetime as dt
import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from allocation.state import event_log
from allocation.state.case_file import Case, CaseRefused, CaseState, Conclusion, Signal
from allocation.state.cases import CaseBook, open_case_book

NOW = dt.datetime(2026, 8, 1, 9, 0, tzinfo=dt.UTC)
CLEARED, UPHELD = Conclusion.CLEARED, Conclusion.UPHELD

SIGNAL = Signal(
    person_id="p1",
    candidate_id="c1",
    person_number=1,
    allocation_id="a1",
    band="A",
    weight=41.5,
    evidence=("Dezelfde achternaam.", "Canary."),
    facts="f1",
    algorithm="1",
    weights="2026-1+abc",
    employee_id="E7",
    handlers=("E3", "E4"),
    letting={"rank": 46, "passed_over": {"declined": 2}, "verdicts": {"RNK-2": "failed"}},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cases.sqlite"


@pytest.fixture
def book(path: Path) -> Iterator[CaseBook]:
    with open_case_book(path) as opened:
        opened.receive([SIGNAL], by="night", at=NOW)
        yield opened


def review(book: CaseBook, by: str, conclusion: Conclusion = CLEARED, number: int = 1) -> CaseState:
    return book.review(number, by=by, conclusion=conclusion, motivation=f"van {by}", at=NOW)


def close(book: CaseBook, conclusion: Conclusion = CLEARED) -> None:
    review(book, "r1", conclusion)
    review(book, "r2", conclusion)
    book.close(1, by="r1", at=NOW)


def case(book: CaseBook, viewer: str = "r9") -> Case:
    return book.show(1, viewer=viewer)


def test_the_way_of_a_case(book: CaseBook) -> None:
    assert case(book).state is CaseState.OPEN
    assert review(book, "r1") is CaseState.FIRST_REVIEWED
    assert review(book, "r2") is CaseState.SECOND_REVIEWED
    assert book.close(1, by="r3", at=NOW) is CLEARED
    assert (case(book).state, case(book).outcome) == (CaseState.CLOSED, CLEARED)
    assert book.verify() == []


def test_the_same_person_cannot_give_both_reviews(book: CaseBook) -> None:
    review(book, "r1")
    for written in ("r1", " R1 ", "R1", "r 1"):
        with pytest.raises(CaseRefused, match="somebody else"):
            review(book, written)


@pytest.mark.parametrize("by", ["E7", "e7 ", "E3", "e4"])
@pytest.mark.parametrize("step", ["review", "close", "aside", "publish"])
def test_who_is_concerned_or_handled_it_does_nothing(book: CaseBook, by: str, step: str) -> None:
    review(book, "r1", UPHELD)
    if step in ("close", "publish"):
        review(book, "r2", UPHELD)
    if step == "aside":
        review(book, "r2", CLEARED)
    if step == "publish":
        book.close(1, by="r1", at=NOW)
    with pytest.raises(CaseRefused, match=r"There is no case|handled"):
        {
            "review": lambda: review(book, by),
            "close": lambda: book.close(1, by=by, at=NOW),
            "aside": lambda: book.set_reviews_aside(1, by=by, reason="x", at=NOW),
            "publish": lambda: book.agree_to_publish(1, by=by, at=NOW),
        }[step]()
    assert book.verify() == []


def test_the_employee_concerned_does_not_see_the_case(book: CaseBook) -> None:
    with pytest.raises(CaseRefused):
        case(book, "E7")
    assert book.list_cases(viewer="e7") == []
    assert len(book.list_cases(viewer="r1")) == 1


def test_the_second_reviewer_does_not_see_the_first_conclusion(book: CaseBook) -> None:
    review(book, "r1", UPHELD)
    assert case(book, "r2").conclusions == ()
    assert case(book, "r2").reviewers == ("r1",)
    assert [c.conclusions for c in book.list_cases(viewer="r2")] == [()]
    assert case(book, "r1").conclusions == (("r1", UPHELD, "van r1"),)
    review(book, "r2", CLEARED)
    assert [c[1] for c in case(book, "r2").conclusions] == [UPHELD, CLEARED]


def test_no_step_out_of_order(book: CaseBook) -> None:
    with pytest.raises(CaseRefused):
        book.close(1, by="r1", at=NOW)
    with pytest.raises(CaseRefused):
        book.agree_to_publish(1, by="r1", at=NOW)
    close(book)
    for by in ("r1", "r5"):
        with pytest.raises(CaseRefused):
            review(book, by)
    with pytest.raises(CaseRefused):
        book.close(1, by="r1", at=NOW)
    with pytest.raises(CaseRefused):
        review(book, "r1", number=99)


@pytest.mark.parametrize("text", ["", "  "])
def test_nobody_and_no_motivation_are_refused(book: CaseBook, text: str) -> None:
    with pytest.raises(CaseRefused):
        review(book, text)
    with pytest.raises(CaseRefused):
        book.review(1, by="r1", conclusion=CLEARED, motivation=text, at=NOW)
    assert case(book).state is CaseState.OPEN


def test_reviewers_who_differ_cannot_close_and_two_look_again(book: CaseBook) -> None:
    review(book, "r1", UPHELD)
    review(book, "r2", CLEARED)
    with pytest.raises(CaseRefused, match="differ"):
        book.close(1, by="r3", at=NOW)
    book.set_reviews_aside(1, by="r3", reason="nieuwe stukken", at=NOW)
    assert case(book).state is CaseState.OPEN
    close(book, UPHELD)
    assert book.verify() == []


def test_agreeing_reviews_cannot_be_set_aside(book: CaseBook) -> None:
    review(book, "r1")
    review(book, "r2")
    with pytest.raises(CaseRefused):
        book.set_reviews_aside(1, by="r3", reason="x", at=NOW)


@pytest.mark.parametrize("stage", ["open", "first", "second", "closed"])
def test_a_changed_fact_resets_both_reviews(book: CaseBook, stage: str) -> None:
    if stage != "open":
        review(book, "r1")
    if stage in ("second", "closed"):
        review(book, "r2")
    if stage == "closed":
        book.close(1, by="r1", at=NOW)
    assert book.receive([replace(SIGNAL, facts="f2")], by="night", at=NOW) == 1
    found = case(book, "r1")
    assert (found.state, found.outcome, found.reviewers) == (CaseState.OPEN, None, ())
    assert book.verify() == []


def test_a_dismissed_pair_stays_dismissed_whatever_the_weights(book: CaseBook) -> None:
    close(book)
    again = replace(SIGNAL, weight=12.0, band="B", weights="2027-1+def", algorithm="2")
    assert book.receive([again, again], by="night", at=NOW) == 0
    assert case(book).state is CaseState.CLOSED
    assert book.receive([replace(SIGNAL, allocation_id="a2")], by="night", at=NOW) == 1


def test_two_people_decide_to_publish_an_upheld_case(book: CaseBook) -> None:
    close(book, UPHELD)
    assert book.agree_to_publish(1, by="r1", at=NOW) is False
    with pytest.raises(CaseRefused):
        book.agree_to_publish(1, by="R1", at=NOW)
    assert book.agree_to_publish(1, by="r2", at=NOW) is True
    with pytest.raises(CaseRefused):
        book.agree_to_publish(1, by="r3", at=NOW)
    assert case(book).publication_agreed_by == ("r1", "r2")


def test_a_cleared_case_is_never_published(book: CaseBook) -> None:
    close(book, CLEARED)
    with pytest.raises(CaseRefused):
        book.agree_to_publish(1, by="r1", at=NOW)


def test_int_1_is_told(book: CaseBook) -> None:
    assert not case(book).signal.employee_is_handler
    assert replace(SIGNAL, handlers=("e7",)).employee_is_handler


def test_a_change_that_fails_leaves_neither_change_nor_event(book: CaseBook) -> None:
    before = book.head()
    with pytest.raises(ValueError, match="zone"):
        book.review(1, by="r1", conclusion=CLEARED, motivation="x", at=dt.datetime(2026, 8, 1))
    assert case(book).state is CaseState.OPEN
    assert book.head() == before


def test_cleared_cases_are_purged_and_stay_dismissed(book: CaseBook, path: Path) -> None:
    book.receive([replace(SIGNAL, person_id="p2")], by="night", at=NOW)
    close(book)
    later = NOW + dt.timedelta(days=400)
    assert book.purge(closed_before=NOW - dt.timedelta(days=1), by="night", at=later) == 0
    assert book.purge(closed_before=NOW + dt.timedelta(days=1), by="night", at=later) == 1
    assert case(book).signal.evidence == ()
    assert case(book).conclusions[0][2] == ""
    assert book.show(2, viewer="r1").signal.evidence == SIGNAL.evidence
    assert book.verify() == []
    assert book.receive([SIGNAL], by="night", at=later) == 0
    assert book.purge(closed_before=later, by="night", at=later) == 0
    book.receive([replace(SIGNAL, facts="f2")], by="night", at=later)
    assert case(book).state is CaseState.OPEN
    assert book.verify() == []


def test_the_file_is_for_its_owner_alone(book: CaseBook, path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_of_a_case_is_in_a_repr_or_an_error(book: CaseBook) -> None:
    shown = repr(case(book)) + repr(SIGNAL)
    with pytest.raises(CaseRefused) as refused:
        review(book, "E7")
    assert "Canary" not in shown + str(refused.value) + repr(refused.value)
    assert "E7" not in shown + str(refused.value)


def test_events_cannot_be_changed_or_removed_by_sql(book: CaseBook, path: Path) -> None:
    connection = sqlite3.connect(path)
    for statement in (
        "DELETE FROM events WHERE seq = 1",
        "UPDATE events SET by = 'x' WHERE seq = 1",
        "UPDATE events SET details = '{}' WHERE seq = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.close()


def _history(path: Path) -> event_log.Head:
    with open_case_book(path) as book:
        book.receive([replace(SIGNAL, person_id=f"p{i}") for i in range(12)], by="n", at=NOW)
        for number in range(1, 13):
            ending = UPHELD if number % 3 else CLEARED
            for by in ("r1", "r2")[: number % 3 + 1]:
                review(book, by, ending, number)
            if number % 3:
                book.close(number, by="r1", at=NOW)
        book.receive([replace(SIGNAL, person_id="p1", facts="f2")], by="n", at=NOW)
        book.agree_to_publish(5, by="r3", at=NOW)
        assert book.verify() == []
        return book.head()


def _tamper(r: random.Random, connection: sqlite3.Connection) -> None:
    """Edit, remove, insert or reorder events, or change a case beside them, one at random."""
    (last,) = connection.execute("SELECT max(seq) FROM events").fetchone()
    one, other = r.sample(range(1, last + 1), 2)
    columns = ("at", "by", "subject", "kind", "salt", "details", "digest", "previous", "hash")
    kind = r.choice(("edit", "remove", "tail", "swap", "duplicate", "erase", "case", "review"))
    if kind == "edit":
        column = r.choice(columns)
        new = r.randint(90, 99) if column == "subject" else f"x{r.random()}"
        connection.execute(f"UPDATE events SET {column} = ? WHERE seq = ?", (new, one))
    if kind == "remove":
        connection.execute("DELETE FROM events WHERE seq = ?", (one,))
        if r.random() < 0.5:
            for seq in range(one + 1, last + 1):
                connection.execute("UPDATE events SET seq = ? WHERE seq = ?", (seq - 1, seq))
    if kind == "tail":
        connection.execute("DELETE FROM events WHERE seq > ?", (last - r.randint(1, 5),))
    if kind == "swap":
        for before, after in ((one, -1), (other, one), (-1, other)):
            connection.execute("UPDATE events SET seq = ? WHERE seq = ?", (after, before))
    if kind == "duplicate":
        connection.execute(
            "INSERT INTO events SELECT ?, at, by, subject, kind, salt, details, digest, previous, "
            "hash || 'x' FROM events WHERE seq = ?",
            (last + 1, one),
        )
    if kind == "erase":
        connection.execute("UPDATE events SET details = NULL, salt = NULL WHERE seq = ?", (one,))
    if kind == "case":
        number = r.randint(1, 12)
        column = r.choice(("facts", "signal", "outcome", "state", "allocation_id"))
        if column in ("state", "allocation_id"):
            connection.execute(f"UPDATE cases SET {column} = 'x' WHERE number = ?", (number,))
            return
        connection.execute(
            "UPDATE cases SET facts = iif(?1 = 'facts', 'x', facts), "
            "signal = iif(?1 = 'signal', replace(signal, '\"A\"', '\"B\"'), signal), "
            "outcome = iif(?1 = 'outcome', iif(outcome IS 'cleared', 'upheld', 'cleared'), outcome)"
            " WHERE number = ?2",
            (column, number),
        )
    if kind == "review":
        numbers = [row[0] for row in connection.execute("SELECT DISTINCT number FROM reviews")]
        connection.execute(
            "UPDATE reviews SET motivation = motivation || 'x' WHERE number = ?",
            (r.choice(numbers),),
        )


def test_a_thousand_tamperings_are_all_found(path: Path) -> None:
    _history(path)
    r = random.Random(5)
    source = sqlite3.connect(path)
    source.execute("PRAGMA journal_mode = DELETE")
    clean = source.serialize()
    source.close()
    found = 0
    for _ in range(1000):
        connection = sqlite3.connect(":memory:")
        connection.deserialize(clean)
        for trigger in ("events_stay", "events_are_final"):
            connection.execute(f"DROP TRIGGER {trigger}")
        _tamper(r, connection)
        found += bool(CaseBook(connection).verify())
        connection.close()
    assert found == 1000


def test_a_log_that_was_rewritten_whole_is_found_by_a_head_noted_elsewhere(
    path: Path, tmp_path: Path
) -> None:
    noted = _history(path)
    other = tmp_path / "other.sqlite"
    _history(other)
    shutil.copy(other, path)
    with open_case_book(path) as book:
        assert book.verify() == []
        assert book.verify(noted) != []
    with open_case_book(other) as book:
        grown = book.head()
        book.receive([replace(SIGNAL, person_id="new")], by="n", at=NOW)
        assert book.verify(grown) == []
