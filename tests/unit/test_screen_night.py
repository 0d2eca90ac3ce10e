"""The screening of a night as one step: what it needs, keeps, refuses and forgets."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from allocation import screen_night as module
from allocation import sharing
from allocation.cli.case_words import screening_lines
from allocation.cli.console import _show_screened
from allocation.config import Config, Register
from allocation.contract import NIGHT_TABLES
from allocation.engine import Engine, open_engine
from allocation.errors import ConfigError, GateRefused, InputRefused
from allocation.inner_facts import InnerFacts, _count_allocated, board_view
from allocation.messages import Speech
from allocation.periods import Period
from allocation.screen_night import Screened, keep_matches, screening
from allocation.sources.command_output import command_output
from allocation.sources.tables import make_empty
from allocation.state.case_file import CaseEvent, CaseState, Conclusion
from allocation.state.cases import case_book_path, open_case_book
from allocation.state.upheld import agreed_on, upheld_deviations

NIGHT = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)
SECRET = b"s" * 32
NAMES = "person_id;kind;employee_id;kinship;given_name;surname;birth_date;valid_from;valid_until"
ANNA = "X1;relative;MW7;child;Anna;Oldekamp;1990-05-06;2020-01-01;"
CLEARED, UPHELD = Conclusion.CLEARED, Conclusion.UPHELD


def config(root: Path, **more: object) -> Config:
    return Config.model_validate(
        {
            "association": {"name": "Het Heem", "work_area": "Drenthe", "email": "a@example.org"},
            "paths": {
                "exports": root / "exports",
                "register": root / "register.csv",
                "state": root,
            },
        }
        | more
    )


def register(root: Path, *lines: str) -> None:
    path = root / "register.csv"
    path.write_text("\n".join([NAMES, *lines]) + "\n", encoding="utf-8")
    path.chmod(0o600)


@contextmanager
def night(root: Path) -> Iterator[Engine]:
    """An engine with one sale and three lettings to Anna Oldekamp, one withheld, one direct."""
    with open_engine(config(root), root / "work") as engine:
        for table in NIGHT_TABLES:
            make_empty(engine, table)
        engine.run(
            "INSERT INTO candidates (candidate_id, person_number, given_name, surname, birth_date)"
            " SELECT 'C' || i, 1, 'Anna', 'Oldekamp', DATE '1990-05-06' FROM range(4) AS t(i)"
        )
        engine.run("UPDATE candidates SET person_number = 2 WHERE candidate_id = 'C3'")
        engine.run(
            "INSERT INTO candidates (candidate_id, person_number, given_name, surname, birth_date)"
            " VALUES ('C3', 1, 'Bertus', 'Hulshof', DATE '1971-01-30')"
        )
        for i, (tenure, publication, kind) in enumerate(
            [
                ("sale", None, "none"),
                ("let", None, "none"),
                ("let", "P2", "status_holder"),
                ("let", "P3", "none"),
            ]
        ):
            engine.run(
                "INSERT INTO allocations (allocation_id, tenure, dwelling_id, publication_id, "
                "candidate_id, allocated_on, priority_detail, handled_by, approved_by) "
                "VALUES (?, ?, ?, ?, ?, DATE '2026-03-01', ?, 'MW1', 'MW2')",
                [f"A{i}", tenure, f"D{i}", publication, f"C{i}", kind],
            )
        engine.run(
            "INSERT INTO offers (offer_id, publication_id, dwelling_id, candidate_id, handled_by) "
            "VALUES ('O1', 'P3', 'D3', 'C3', 'MW7'), ('O2', 'P3', 'D3', 'C9', 'MW5')"
        )
        yield engine


def screen_night(engine: Engine, settings: Config, secret: bytes) -> Screened:
    """Screen the night and wait for it."""
    with screening(engine, settings, secret) as finish:
        return finish()


def run(root: Path, now: dt.datetime = NOW, day: dt.date = NIGHT, **more: object):
    """Screen the night and keep its matches."""
    settings = config(root, **more)
    with night(root) as engine:
        return keep_matches(engine, settings, screen_night(engine, settings, SECRET), day, now)


def cases(root: Path):
    with open_case_book(case_book_path(root)) as book:
        assert book.verify() == []
        return book.all_cases()


def test_sales_direct_withheld_and_co_applicants_are_screened(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    screened = run(tmp_path)
    assert screened.done
    assert screened.unnamed == 0
    found = {(c.signal.allocation_id, c.signal.person_number) for c in cases(tmp_path)}
    assert found == {("A0", 1), ("A1", 1), ("A2", 1), ("A3", 2)}


def test_a_row_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    register(tmp_path, ANNA, ANNA.replace("X1", "X2").replace("1990-05-06", "07-o8-1972"))
    screened = run(tmp_path)
    assert screened.done
    assert screened.register is not None
    assert (screened.register.count, screened.register.quarantined) == (1, 1)
    assert [(p.row, p.column) for p in screened.register.problems] == [(3, "birth_date")]


def test_int_1_gets_every_match_and_a_case_says_who_decided(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    with night(tmp_path) as engine:
        screened = screen_night(engine, config(tmp_path), SECRET)
        rows = engine.rows("SELECT candidate_id, employee_id FROM interest_matches ORDER BY ALL")
        assert rows == [(f"C{i}", "MW7") for i in range(4)]
        engine.run(
            "CREATE TABLE findings AS SELECT * FROM (VALUES "
            "('P3', 'D3', 'A3', 'RNK-2', 'failed'), ('P3', 'D3', NULL, 'PUB-1', 'passed'), "
            "(NULL, 'D1', 'A1', 'ALL-6', 'passed'), ('P9', 'D9', NULL, 'PUB-1', 'failed')"
            ") AS f(publication_id, dwelling_id, allocation_id, rule, verdict)"
        )
        keep_matches(engine, config(tmp_path), screened, NIGHT, NOW)
    found = {c.signal.allocation_id: c.signal for c in cases(tmp_path)}
    assert found["A3"].letting["int_1"] == "failed"
    assert found["A1"].letting["int_1"] == "passed"
    assert found["A3"].letting["verdicts"] == {"PUB-1": "passed", "RNK-2": "failed"}
    assert found["A1"].letting["verdicts"] == {"ALL-6": "passed"}
    assert found["A3"].handlers == ("MW1", "MW2", "MW5", "MW7")
    assert found["A1"].handlers == ("MW1", "MW2")


def test_no_register_and_an_empty_one(tmp_path: Path) -> None:
    none = {"exports": tmp_path / "exports", "state": tmp_path}
    screened = run(tmp_path, paths=none)
    assert (screened.delivered, screened.problem) == (False, None)
    assert not case_book_path(tmp_path).exists()
    register(tmp_path)
    screened = run(tmp_path)
    assert (screened.problem, screened.nobody, screened.done) == (None, True, False)
    assert cases(tmp_path) == []


def test_a_new_tenant_without_a_name_is_counted(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    with night(tmp_path) as engine:
        engine.run("DELETE FROM candidates WHERE candidate_id = 'C1'")
        assert screen_night(engine, config(tmp_path), SECRET).unnamed == 1


def test_a_new_tenant_without_date_and_address_is_no_comparison(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    settings = config(tmp_path)
    with night(tmp_path) as engine:
        engine.run("UPDATE candidates SET birth_date = NULL WHERE candidate_id IN ('C1', 'C2')")
        engine.run("UPDATE candidates SET postcode = '9401AB' WHERE candidate_id = 'C2'")
        engine.run(
            "INSERT INTO candidates (candidate_id, person_number, surname) VALUES ('C9', 1, 'X')"
        )
        screened = screen_night(engine, settings, SECRET)
        assert (screened.bare, screened.unnamed) == (1, 0), "C9 got no dwelling"
        keep_matches(engine, settings, screened, NIGHT, NOW)
        engine.run(
            "INSERT INTO dwellings (dwelling_id) SELECT DISTINCT dwelling_id FROM allocations"
        )
        engine.run("CREATE TABLE allocation_grounds (allocation_id VARCHAR, ground VARCHAR)")
        facts = InnerFacts(NIGHT, True, _count_allocated(engine), (), ())
    with open_case_book(case_book_path(tmp_path)) as book:
        (told,) = book.screenings()
        lines = screening_lines(Speech("en"), book.screenings())
    assert (told.bare, told.persons) == (1, 5)
    assert lines[1].startswith("NOTE: 1 new tenants could not be compared")
    console = Console(record=True, width=200)
    _show_screened(console, Speech("nl"), screened)
    assert "van 1 nieuwe huurders of kopers is geen geboortedatum" in console.export_text()
    counted = board_view(facts, Period(2026, 1), {}).screening
    assert (counted.lettings + counted.sales, counted.not_compared) == (3, 1)


def test_a_case_book_of_before_that_count_gets_it(tmp_path: Path) -> None:
    path = case_book_path(tmp_path)
    with open_case_book(path):
        pass
    with closing(sqlite3.connect(path)) as before:
        before.execute("ALTER TABLE screenings DROP COLUMN bare")
        row = ("2026-11-21", str(NOW), None, 2, 30, 5)
        before.execute("INSERT INTO screenings VALUES (?, ?, ?, ?, ?, ?)", row)
        before.commit()
    with open_case_book(path) as book:
        (told,) = book.screenings()
    assert (told.unnamed, told.persons, told.registered, told.bare) == (2, 30, 5, 0)


@pytest.mark.parametrize("broken", ["screen_lettings", "read_weights"])
def test_a_failure_of_the_screening_itself_is_an_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError("Oldekamp")

    register(tmp_path, ANNA)
    monkeypatch.setattr(module, broken, fail)
    with night(tmp_path) as engine:
        screened = screen_night(engine, config(tmp_path), SECRET)
        assert engine.rows("SELECT count(*) FROM register") == [(0,)]
    assert not screened.done
    assert "Oldekamp" not in str(screened.problem)


def test_a_screening_that_is_stopped_from_outside_is_an_alarm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(tmp_path, ANNA)
    here = os.getpid()

    def stop(*_: object, **__: object) -> None:
        assert os.getpid() != here
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(sharing, "_processors", lambda: 2)
    monkeypatch.setattr(module, "screen_lettings", stop)
    with night(tmp_path) as engine:
        screened = screen_night(engine, config(tmp_path), SECRET)
        assert engine.rows("SELECT count(*) FROM register, interest_matches") == [(0,)]
    assert not screened.done


@pytest.mark.parametrize("processors", [1, 2])
def test_the_nights_database_sees_the_register_and_the_matches_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    register(tmp_path, ANNA)
    monkeypatch.setattr(sharing, "_processors", lambda: processors)
    with night(tmp_path) as engine:
        with screening(engine, config(tmp_path), SECRET) as finish:
            assert engine.rows("SELECT count(*) FROM interest_matches") == [(0,)]
            assert finish().done
        named = {
            name for (name,) in engine.rows("SELECT table_name FROM information_schema.tables")
        }
        assert {n for n in named if n.startswith("screening")} == {"screening_matches"}
        assert engine.rows("SELECT count(*) FROM interest_matches") == [(4,)]


def test_a_case_book_that_is_damaged_is_an_alarm(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    case_book_path(tmp_path).write_bytes(b"this is no database, and it is long enough to tell")
    assert not run(tmp_path).done
    with pytest.raises(GateRefused):  # a deviation must not vanish with the file
        upheld_deviations(case_book_path(tmp_path))


def test_the_same_night_twice_writes_one_event_a_pair(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    run(tmp_path)
    run(tmp_path, NOW + dt.timedelta(days=1), NIGHT + dt.timedelta(days=1))
    with open_case_book(case_book_path(tmp_path)) as book:
        assert book.head().seq == 4
        assert [s.night.day for s in book.screenings()] == [23, 22]


def test_a_changed_register_screens_past_lettings_once_a_pair(tmp_path: Path) -> None:
    register(tmp_path)
    run(tmp_path)
    assert cases(tmp_path) == []
    register(tmp_path, ANNA)
    run(tmp_path, day=NIGHT + dt.timedelta(days=1))
    assert len(cases(tmp_path)) == 4
    register(tmp_path, ANNA, ANNA.replace("X1", "X2").replace("MW7", "MW8"))
    run(tmp_path, day=NIGHT + dt.timedelta(days=2))
    assert len(cases(tmp_path)) == 8


@pytest.mark.parametrize(
    ("until", "months", "found"),
    [("2025-03-02", 12, 4), ("2025-02-28", 12, 0), ("2025-02-28", 13, 4), ("2026-02-28", 0, 0)],
)
def test_the_look_back_is_configured(tmp_path: Path, until: str, months: int, found: int) -> None:
    register(tmp_path, ANNA + until)
    run(tmp_path, screening={"look_back_months": months})
    assert len(cases(tmp_path)) == found


def test_an_older_night_that_is_run_again_changes_no_case(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    run(tmp_path)
    register(tmp_path, ANNA.replace("child", "partner"))
    run(tmp_path, day=NIGHT - dt.timedelta(days=1))
    assert {c.signal.letting["kinship"] for c in cases(tmp_path)} == {"child"}
    run(tmp_path, day=NIGHT)
    assert {c.signal.letting["kinship"] for c in cases(tmp_path)} == {"partner"}


def _review(root: Path, number: int, conclusion: Conclusion, at: dt.datetime = NOW) -> None:
    with open_case_book(case_book_path(root)) as book:
        for by in ("r1", "r2"):
            book.review(number, by=by, conclusion=conclusion, motivation="gekeken", at=at)
        book.close(number, by="r1", at=at)


def test_cleared_cases_are_erased_on_schedule_and_stay_dismissed(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    run(tmp_path)
    _review(tmp_path, 1, CLEARED)
    _review(tmp_path, 2, UPHELD)
    path = case_book_path(tmp_path)
    later = {months: NOW.replace(year=2027, month=5 + months) for months in (0, 1)}
    run(tmp_path, later[0], NIGHT, screening={"keep_cleared_months": 6})
    assert [bool(c.signal.evidence) for c in cases(tmp_path)] == [True] * 4
    run(tmp_path, later[1], NIGHT, screening={"keep_cleared_months": 6})
    assert [bool(c.signal.evidence) for c in cases(tmp_path)] == [False, True, True, True]
    run(tmp_path, later[1], NIGHT, screening={"keep_cleared_months": 6})
    after = cases(tmp_path)
    assert [c.state for c in after] == [CaseState.CLOSED] * 2 + [CaseState.OPEN] * 2
    with open_case_book(path) as book:
        assert book.history(1)[0].details is None
        kinds = [event.kind for event in book.history(1)]
    assert kinds.count(CaseEvent.OPENED) == 1


def test_a_broken_register_still_erases_on_schedule(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    run(tmp_path)
    _review(tmp_path, 1, CLEARED)
    (tmp_path / "register.csv").unlink()
    run(tmp_path, NOW.replace(year=2028))
    assert not cases(tmp_path)[0].signal.evidence


def test_an_upheld_case_is_a_deviation_until_it_is_cleared(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    run(tmp_path)
    path = case_book_path(tmp_path)
    number = next(c.number for c in cases(tmp_path) if c.signal.allocation_id == "A3")
    direct = next(c.number for c in cases(tmp_path) if c.signal.allocation_id == "A1")
    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    for each in (direct, number):
        _review(tmp_path, each, UPHELD)
        with open_case_book(path) as book:
            book.agree_to_publish(each, by="r1", at=NOW)
            assert upheld_deviations(path) == []
            book.agree_to_publish(each, by="r3", at=late)
    (deviation,) = upheld_deviations(path)
    assert (deviation.publication_id, deviation.dwelling_id) == ("P3", "D3")
    assert (deviation.allocation_id, deviation.agreed_on) == ("A3", dt.date(2027, 1, 1))

    register(tmp_path, ANNA.replace("child", "partner"))
    run(tmp_path)
    assert cases(tmp_path)[number - 1].state is CaseState.OPEN
    assert upheld_deviations(path) == [deviation]
    _review(tmp_path, number, CLEARED)
    assert upheld_deviations(path) == []


def test_no_case_book_no_deviations(tmp_path: Path) -> None:
    assert upheld_deviations(case_book_path(tmp_path)) == []
    assert agreed_on([]) is None


def test_facts_change_sets_reviews_aside_and_a_quiet_update_does_not(tmp_path: Path) -> None:
    register(tmp_path, ANNA)
    with night(tmp_path) as engine:
        settings = config(tmp_path)
        keep_matches(engine, settings, screen_night(engine, settings, SECRET), NIGHT, NOW)
        with open_case_book(case_book_path(tmp_path)) as book:
            book.review(1, by="r1", conclusion=CLEARED, motivation="x", at=NOW)
        engine.run("UPDATE allocations SET handled_by = 'MW9'")
        keep_matches(engine, settings, screen_night(engine, settings, SECRET), NIGHT, NOW)
    first, second, *_ = cases(tmp_path)
    assert first.reviewers == second.reviewers == ()
    assert "MW9" in first.signal.handlers
    with open_case_book(case_book_path(tmp_path)) as book:
        assert book.history(1)[-1].kind == CaseEvent.FACTS_CHANGED


# --- the command ----------------------------------------------------------------------------------


def test_a_command_gets_its_words_as_they_are(tmp_path: Path) -> None:
    words = ("printf", "%s", "a;$HOME;`id`;*\n")
    assert command_output(Register(command=words)) == b"a;$HOME;`id`;*\n"


def test_a_command_is_ended_with_what_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    words = ("sh", "-c", f"sleep 300 & echo $! > {mark}; wait")
    with pytest.raises(InputRefused):
        command_output(Register(command=words, seconds=1))
    pid = int(mark.read_text())
    until = time.monotonic() + 20  # ended at once; a busy machine may take a while to show it
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
            if "Z" in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]:
                return
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.01)
    pytest.fail("what the command started still runs")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("/not/there",), ConfigError),
        (("false",), InputRefused),
        (("true",), InputRefused),
        (("yes",), InputRefused),
        (("sh", "-c", "exec >&-; sleep 30"), InputRefused),
    ],
)
def test_a_command_that_does_not_do(words: tuple[str, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        command_output(Register(command=words, seconds=1), most=100_000)


@pytest.mark.parametrize(
    ("form", "encoding", "name"), [("csv", "utf-8", "Müller"), ("csv", "windows-1252", "Müller")]
)
def test_nothing_of_the_register_is_written_down_while_it_is_read(
    tmp_path: Path, form: str, encoding: str, name: str
) -> None:
    register(tmp_path)
    line = ANNA.replace("Oldekamp", name)
    (tmp_path / "register.csv").write_bytes(f"{NAMES}\n{line}\n".encode(encoding))
    settings = config(tmp_path, format={"encoding": encoding})
    with night(tmp_path) as engine:
        assert screen_night(engine, settings, SECRET).done
        assert engine.rows("SELECT surname FROM register") == [(name,)]
        for path in (tmp_path / "work").rglob("*"):
            assert path.is_dir() or b"ller" not in path.read_bytes()
