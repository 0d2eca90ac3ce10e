"""A private state that lost something: one line, and the site as it was."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.office import EARLIER, NIGHT, Office, tree_facts

LOGS = ("interventions", "cases", "explanations")


def _record(state: Path) -> Path:
    return max((state / "releases").iterdir())


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _first(state: Path, pattern: str) -> Path:
    return min(state.glob(pattern))


def _garble(path: Path) -> None:
    path.write_bytes(b"This is no book at all. " * 400)


@pytest.mark.parametrize(
    "lose",
    [
        pytest.param(shutil.rmtree, id="everything"),
        pytest.param(lambda state: shutil.rmtree(_record(state)), id="the record"),
        pytest.param(lambda state: (_record(state) / "night.json").unlink(), id="its night"),
        pytest.param(lambda state: _cut(_record(state) / "night.json"), id="half its night"),
        pytest.param(lambda state: (_record(state) / "public.parquet").unlink(), id="its table"),
        pytest.param(lambda state: _cut(_record(state) / "pairs.parquet"), id="half its pairs"),
        pytest.param(lambda state: _cut(_record(state) / "files.parquet"), id="half its files"),
        pytest.param(lambda state: (_record(state) / "files.parquet").unlink(), id="its files"),
        pytest.param(lambda state: (_record(state) / "statements.json").unlink(), id="its figures"),
        pytest.param(lambda state: _cut(_record(state) / "statements.json"), id="half its figures"),
        pytest.param(lambda state: (state / "key").unlink(), id="the secret of the keys"),
        pytest.param(lambda state: _cut(state / "key"), id="half the secret of the keys"),
        pytest.param(
            lambda state: _first(state, "snapshots/*/*/*.parquet").write_bytes(b""),
            id="an earlier night",
        ),
        pytest.param(lambda state: _garble(state / "explanations.sqlite"), id="explanations"),
        pytest.param(lambda state: _garble(state / "interventions.sqlite"), id="interventions"),
    ],
)
def test_a_state_that_lost_something_stops_the_night(
    office: Office, lose: Callable[[Path], None]
) -> None:
    before = tree_facts(office.site)
    lose(office.folder / "state")
    _require_refused(office.build())
    assert tree_facts(office.site) == before


def _require_refused(result: subprocess.CompletedProcess[str]) -> None:
    assert result.returncode == 2, result.stderr + result.stdout
    assert "Traceback" not in result.stderr + result.stdout
    (line,) = [each for each in result.stderr.splitlines() if "backup" in each]
    assert "state" in line or "private folder" in line


@pytest.fixture(scope="module")
def worked_in(built_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office with something in each log, the last of it later than the copy ``older``."""
    office = built_office.copy(tmp_path_factory.mktemp("worked") / "office")
    first, second = sorted((office.site / "woning").glob("*.html"))[:2]
    letting = str(office.truth()["favour"]["allocation_id"])
    explanation = ("--class", "mistake_stands", "--motivation", "x", "--by", "M-17")
    review = ("cases", "review", "1", "--conclusion", "cleared", "--because", "x", "--by")
    _do(office, "withdraw", first.stem, "--reason", "safety", "--by", "M-1", "--emergency")
    _do(office, "findings", "explain", "RNK-2", letting, *explanation)
    _do(office, *review, "R-1")
    shutil.copytree(office.folder / "state", office.folder / "older")
    _do(office, "withdraw", second.stem, "--reason", "safety", "--by", "M-1", "--emergency")
    _do(office, "findings", "confirm", "RNK-2", letting, "--by", "M-18")
    _do(office, *review, "R-2")
    _do(office, "build", "--night", NIGHT)
    return office


def _do(office: Office, *words: str) -> None:
    result = office.run(*words)
    assert result.returncode == 0, result.stderr


@pytest.fixture
def worked(worked_in: Office, tmp_path: Path) -> Office:
    return worked_in.copy(tmp_path / "worked")


def _remove(log: str) -> Callable[[Path], None]:
    def lose(state: Path) -> None:
        for path in list(state.glob(f"{log}.sqlite*")):
            path.unlink()

    return lose


def _put_older_back(log: str) -> Callable[[Path], None]:
    def lose(state: Path) -> None:
        _remove(log)(state)
        for path in (state.parent / "older").glob(f"{log}.sqlite*"):
            shutil.copy(path, state)

    return lose


def _snapshot(state: Path) -> Path:
    return state / "snapshots" / "all" / "earlier_registrations" / f"{EARLIER}.parquet"


@pytest.mark.parametrize(
    "lose",
    [
        *(pytest.param(_remove(log), id=f"no {log}") for log in LOGS),
        *(pytest.param(_put_older_back(log), id=f"older {log}") for log in LOGS),
        pytest.param(lambda state: shutil.rmtree(state / "snapshots"), id="all snapshots"),
        pytest.param(lambda state: _snapshot(state).unlink(), id="a snapshot"),
        pytest.param(lambda state: _cut(_snapshot(state)), id="half a snapshot"),
    ],
)
def test_a_log_or_a_snapshot_that_is_not_as_it_was_stops_the_night(
    worked: Office, lose: Callable[[Path], None]
) -> None:
    before, state = tree_facts(worked.site), worked.folder / "state"
    lose(state)
    left = {path.name for path in state.glob("*.sqlite")}
    _require_refused(worked.build())
    _require_refused(worked.run("check", "--night", NIGHT))
    assert tree_facts(worked.site) == before
    assert {path.name for path in state.glob("*.sqlite")} == left, "a look made a new log"


def test_nothing_goes_on_record_beside_a_log_that_is_lost(worked: Office) -> None:
    before, state = tree_facts(worked.site), worked.folder / "state"
    _remove("interventions")(state)
    page = min((worked.site / "woning").glob("*.html")).stem
    words = ("withdraw", page, "--reason", "safety", "--by", "M-1", "--emergency")
    _require_refused(worked.run(*words))
    assert tree_facts(worked.site) == before
    assert not (state / "interventions.sqlite").exists()


def test_the_whole_site_can_be_taken_down_whatever_was_lost(worked: Office) -> None:
    for log in LOGS:
        _remove(log)(worked.folder / "state")
    _do(worked, "takedown", "--reason", "safety", "--by", "M-1", "--emergency")
    assert not (worked.site / "woning").exists()
    _do(worked, "takedown", "--end", "--reason", "safety", "--by", "M-1", "--emergency")
    _require_refused(worked.build())
    assert not (worked.site / "woning").exists()


def test_a_release_of_before_there_were_notes_is_still_accepted(worked: Office) -> None:
    path = _record(worked.folder / "state") / "night.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    del told["noted"]
    path.write_text(json.dumps(told), encoding="utf-8")
    assert worked.build().returncode == 0
    assert "noted" in path.read_text(encoding="utf-8"), "an unchanged night notes the state too"
    _remove("explanations")(worked.folder / "state")
    _require_refused(worked.build())


def test_what_was_lost_is_in_the_log_of_the_night(worked: Office) -> None:
    _remove("cases")(worked.folder / "state")
    _require_refused(worked.build())
    lines = (worked.folder / "state" / "logs" / f"{NIGHT}.jsonl").read_text(encoding="utf-8")
    told = [json.loads(line) for line in lines.splitlines()]
    assert [each["file"] for each in told if each["event"] == "lost"] == ["cases.sqlite"]


@pytest.mark.parametrize("log", [("findings",), ("interventions",)])
def test_a_log_is_held_to_a_line_that_was_noted(worked: Office, log: tuple[str, ...]) -> None:
    whole = worked.run(*log, "verify")
    assert whole.returncode == 0, whole.stderr
    noted = whole.stdout.strip().rpartition(" ")[2]
    assert worked.run(*log, "verify", "--head", noted).returncode == 0
    assert worked.run(*log, "verify", "--head", "nonsense").returncode == 2
    name = "explanations" if log == ("findings",) else "interventions"
    _put_older_back(name)(worked.folder / "state")
    assert worked.run(*log, "verify").returncode == 0
    older = worked.run(*log, "verify", "--head", noted)
    assert older.returncode == 4
    assert "no longer holds the noted event" in older.stdout
    _remove(name)(worked.folder / "state")
    assert worked.run(*log, "verify", "--head", noted).returncode == 2
    assert not (worked.folder / "state" / f"{name}.sqlite").exists()


def test_a_night_is_not_older_than_the_site(office: Office) -> None:
    before = tree_facts(office.site)
    snapshot = _snapshot(office.folder / "state")
    kept = snapshot.read_bytes()
    office.export("candidates", EARLIER).write_text("spoilt", encoding="utf-8")
    refused = office.build(EARLIER)
    assert refused.returncode == 4, refused.stderr
    (line,) = [each for each in refused.stderr.splitlines() if "older night" in each]
    assert "November 22, 2026" in line
    assert tree_facts(office.site) == before
    assert snapshot.read_bytes() == kept
    assert office.build().returncode == 0


def test_an_older_night_can_be_looked_at(office: Office) -> None:
    result = office.run("check", "--night", EARLIER)
    assert result.returncode == 0, result.stderr


def test_findings_that_are_cut_off_are_told_in_one_line(office: Office) -> None:
    _cut(max((office.folder / "state" / "findings").glob("*.parquet")))
    result = office.run("findings")
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert "findings" in line and "backup" in line
