"""What a release notes of the private state, and when that is no longer so."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import pytest

from allocation.state import event_log
from allocation.state.cases import case_book_path, open_case_book
from allocation.state.event_log import GENESIS, Head
from allocation.state.explanations import open_explanations
from allocation.state.interventions import (
    Intervention,
    Reason,
    Step,
    interventions_path,
    open_interventions,
)
from allocation.state.note import StateNote, lost_since, read_note, take_note
from allocation.state.snapshots import snapshots_path

NOW = dt.datetime(2026, 8, 1, 9, 0, tzinfo=dt.UTC)
NIGHT = dt.date(2026, 8, 1)
STEP = Step(Intervention.TAKE_DOWN)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state with two events in one log, an empty case book, no explanations, two snapshots."""
    with open_interventions(tmp_path) as book:
        for by in ("mw1", "mw2"):
            book.ask(STEP, Reason.SAFETY, by=by, emergency=False, at=NOW)
    with open_case_book(case_book_path(tmp_path)):
        pass
    for night in ("2026-07-31", "2026-08-01"):
        snapshot(tmp_path, night).parent.mkdir(parents=True, exist_ok=True)
        snapshot(tmp_path, night).write_text(night)
    return tmp_path


def snapshot(state: Path, night: str) -> Path:
    return snapshots_path(state) / "all" / "earlier_conditions" / f"{night}.parquet"


def test_a_state_that_was_left_alone_is_whole(state: Path) -> None:
    note = take_note(state, None)
    assert set(note.logs) == {"interventions.sqlite", "cases.sqlite"}
    assert note.logs["cases.sqlite"] == Head(0, GENESIS)
    assert note.logs["interventions.sqlite"].seq == 2
    assert len(note.snapshots) == 2
    assert lost_since(state, note) == []
    assert read_note(asdict(note)) == note
    assert not (state / "explanations.sqlite").exists()


def test_a_state_may_grow_and_forget_details(state: Path) -> None:
    note = take_note(state, None)
    with event_log.existing_log(interventions_path(state)) as connection:
        connection.execute("PRAGMA query_only = OFF")
        connection.execute("BEGIN")
        event_log.erase_details(connection, [2], at=NOW, by="mw1")
        connection.execute("COMMIT")
    with open_explanations(state / "explanations.sqlite"):
        pass
    snapshot(state, "2026-08-02").write_text("new")
    assert lost_since(state, note) == []


def test_what_is_gone_or_other_is_named_and_not_made_anew(state: Path) -> None:
    note = take_note(state, None)
    interventions_path(state).unlink()
    snapshot(state, "2026-07-31").write_text("other")
    snapshot(state, "2026-08-01").unlink()
    lost = lost_since(state, note)
    assert [Path(name).name for name in lost] == [
        "interventions.sqlite",
        "2026-07-31.parquet",
        "2026-08-01.parquet",
    ]
    assert not interventions_path(state).exists()
    with open_interventions(state) as book:
        for by in ("mw1", "mw2", "mw3"):
            book.ask(STEP, Reason.SAFETY, by=by, emergency=False, at=NOW)
    assert "interventions.sqlite" in lost_since(state, note), "a log of others, as long"


def test_a_damaged_log_is_lost_and_is_not_noted(state: Path) -> None:
    note = take_note(state, None)
    interventions_path(state).write_bytes(b"this is no database, and it is long enough to tell")
    assert lost_since(state, note) == ["interventions.sqlite"]
    assert set(take_note(state, note).logs) == {"cases.sqlite"}


def test_a_night_may_replace_its_own_snapshots_once_that_is_noted(state: Path) -> None:
    note = take_note(state, None)
    expecting = note.expecting(NIGHT)
    snapshot(state, "2026-08-01").write_text("corrected")
    assert len(lost_since(state, note)) == 1
    assert lost_since(state, expecting) == []
    assert lost_since(state, take_note(state, expecting)) == []
    assert take_note(state, expecting) != note
    snapshot(state, "2026-08-01").unlink()
    assert len(lost_since(state, expecting)) == 1, "it must be there all the same"


def test_what_is_no_note_is_refused() -> None:
    assert read_note(None) is None
    assert read_note({"logs": {}, "snapshots": {}}) == StateNote({}, {})
    for raw in (
        [],
        {"logs": {}},
        {"logs": [1], "snapshots": {}},
        {"logs": {"a": 1}, "snapshots": {}},
    ):
        with pytest.raises((TypeError, ValueError, KeyError)):
            read_note(raw)
