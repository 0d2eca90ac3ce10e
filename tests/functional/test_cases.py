"""The casework as the integrity officer does it, and the register that never shows."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from allocation.cli.main import main
from allocation.state.cases import case_book_path, open_case_book
from allocation.state.upheld import upheld_deviations
from tests.functional.office import NIGHT, Office, Row, tree_facts

FIRST, SECOND, THIRD = "IF-1", "IF-2", "IF-3"


def register_of(office: Office) -> list[Row]:
    with (office.folder / "register.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def write_register(office: Office, rows: list[Row], names: list[str] | None = None) -> None:
    path = office.folder / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names or list(rows[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    path.chmod(0o600)


def set_config(office: Office, old: str, new: str) -> None:
    path = office.folder / "allocation.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@dataclass(frozen=True)
class Answer:
    """What a command gave."""

    returncode: int
    stdout: str
    stderr: str


def hand(office: Office, *words: str) -> Answer:
    """Run a command of the officer in this process: there are many, and none is slow."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    config = str(office.folder / "allocation.toml")
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(["--lang", "en", "cases", *words, "--config", config])
        except SystemExit as left:
            code = left.code
    assert isinstance(code, int)
    return Answer(code, out.getvalue(), err.getvalue())


def planted(office: Office) -> set[tuple[object, ...]]:
    return {
        (m["allocation_id"], m["candidate_id"], m["person_number"], m["person_id"])
        for m in office.truth()["matches"]
    }


def book_of(office: Office) -> dict[tuple[object, ...], int]:
    """Return the number of each case by its pair."""
    with open_case_book(case_book_path(office.folder / "state")) as book:
        return {case.signal.pair: case.number for case in book.all_cases()}


def favour_case(office: Office) -> tuple[int, str, str]:
    """Return the case of the planted favour, the employee concerned, and a handler."""
    favour = office.truth()["favour"]
    assert isinstance(favour, dict)
    with open_case_book(case_book_path(office.folder / "state")) as book:
        case = next(
            c for c in book.all_cases() if c.signal.allocation_id == favour["allocation_id"]
        )
    handler = next(h for h in case.signal.handlers if h != case.signal.employee_id)
    return case.number, case.signal.employee_id, handler


def review(
    office: Office, number: int, by: str, conclusion: str, because: str = "gekeken"
) -> Answer:
    told = ("--conclusion", conclusion, "--because", because)
    return hand(office, "review", str(number), "--by", by, *told)


def test_every_planted_match_becomes_a_case_and_nothing_else(built_office: Office) -> None:
    found = set(book_of(built_office))
    assert len(planted(built_office)) >= 10
    assert found == planted(built_office)


def test_the_same_night_again_adds_nothing_to_the_log(office: Office) -> None:
    before = hand(office, "verify").stdout
    assert office.build().returncode == 0
    assert hand(office, "verify").stdout == before


def test_check_keeps_nothing(fresh_office: Office, tmp_path: Path) -> None:
    office = fresh_office.copy(tmp_path / "office")
    assert office.run("check").returncode == 0
    assert not case_book_path(office.folder / "state").exists()
    result = hand(office, "list", "--by", FIRST)
    assert result.returncode == 2
    assert "no night was screened" in result.stderr


def test_a_case_goes_through_four_eyes(office: Office) -> None:
    number, concerned, handler = favour_case(office)
    shown = office.run("cases", "show", str(number), "--by", FIRST, lang="nl")
    assert shown.returncode == 0, shown.stderr
    for words in ("geboortedatum", "achternaam", "stond op plaats 46", "WAT U NU DOET"):
        assert words in shown.stdout, shown.stdout

    for by, says in ((concerned, "no case"), (handler, "handled"), (concerned.lower(), "no case")):
        refused = review(office, number, by, "geen-bezwaar")
        assert refused.returncode == 2
        assert says in refused.stderr
    assert hand(office, "show", str(number), "--by", concerned).returncode == 2
    assert f"{number:>5}  " not in hand(office, "list", "--by", concerned).stdout

    assert review(office, number, FIRST, "gegrond", "eerste indruk").returncode == 0
    twice = review(office, number, f" {FIRST.lower()} ", "gegrond")
    assert twice.returncode == 2
    assert "somebody else" in twice.stderr
    assert hand(office, "close", str(number), "--by", SECOND).returncode == 2

    assert review(office, number, SECOND, "gegrond", "tweede indruk").returncode == 0
    assert hand(office, "agree", str(number), "--by", SECOND).returncode == 2
    closed = hand(office, "close", str(number), "--by", SECOND)
    assert closed.returncode == 0, closed.stderr
    assert "upheld" in closed.stdout

    book = case_book_path(office.folder / "state")
    assert hand(office, "agree", str(number), "--by", FIRST).returncode == 0
    assert upheld_deviations(book) == []
    assert hand(office, "agree", str(number), "--by", FIRST).returncode == 2
    assert hand(office, "agree", str(number), "--by", concerned).returncode == 2
    assert hand(office, "agree", str(number), "--by", THIRD).returncode == 0
    (deviation,) = upheld_deviations(book)
    favour = office.truth()["favour"]
    assert deviation.publication_id == favour["publication_id"]
    assert deviation.dwelling_id == favour["dwelling_id"]
    assert hand(office, "verify").returncode == 0


def test_the_second_reviewer_cannot_see_the_first_conclusion(office: Office) -> None:
    number, _, _ = favour_case(office)
    assert review(office, number, FIRST, "gegrond", "eerste indruk").returncode == 0
    telling = ("eerste indruk", "upheld", "somebody was favoured")
    for words in (
        ("show", str(number), "--by", SECOND),
        ("list", "--by", SECOND),
        ("export", str(number), "--by", SECOND, "--to", str(office.folder / "second.json")),
    ):
        result = hand(office, *words)
        assert result.returncode == 0, result.stderr
        assert not [word for word in telling if word in result.stdout]
    exported = (office.folder / "second.json").read_text(encoding="utf-8")
    assert not [word for word in telling[:2] if word in exported]
    own = hand(
        office, "export", str(number), "--by", FIRST, "--to", str(office.folder / "first.json")
    )
    assert own.returncode == 0
    assert "eerste indruk" in (office.folder / "first.json").read_text(encoding="utf-8")


def test_a_changed_fact_sets_both_reviews_aside(office: Office) -> None:
    number, _, _ = favour_case(office)
    for by in (FIRST, SECOND):
        assert review(office, number, by, "geen-bezwaar").returncode == 0
    assert hand(office, "close", str(number), "--by", FIRST).returncode == 0
    assert office.build().returncode == 0
    favour = office.truth()["favour"]

    def state() -> str:
        now = office.folder / "now.json"
        now.unlink(missing_ok=True)
        hand(office, "export", str(number), "--by", FIRST, "--to", str(now))
        (case,) = json.loads(now.read_text(encoding="utf-8"))["cases"]
        return f"{case['state']} {len(case['reviews'])}"

    assert state() == "closed 2"
    write_register(
        office,
        [
            row | ({"kinship": "partner"} if row["person_id"] == favour["person_id"] else {})
            for row in register_of(office)
        ],
    )
    assert office.build().returncode == 0
    assert state() == "open 0"
    assert hand(office, "verify").returncode == 0


def test_reviewers_who_differ_let_two_people_look_again(office: Office) -> None:
    number, _, _ = favour_case(office)
    review(office, number, FIRST, "gegrond")
    review(office, number, SECOND, "geen-bezwaar")
    refused = hand(office, "close", str(number), "--by", THIRD)
    assert refused.returncode == 2
    assert "differ" in refused.stderr
    reset = hand(office, "reset", str(number), "--by", THIRD, "--because", "overlegd")
    assert reset.returncode == 0, reset.stderr
    assert "first review" in hand(office, "show", str(number), "--by", THIRD).stdout


def test_an_export_is_for_its_owner_and_overwrites_nothing(office: Office) -> None:
    path = office.folder / "dossiers.json"
    result = hand(office, "export", "--by", FIRST, "--to", str(path))
    assert result.returncode == 0, result.stderr
    assert path.stat().st_mode & 0o777 == 0o600
    exported = json.loads(path.read_text(encoding="utf-8"))
    assert len(exported["cases"]) == len(planted(office))
    before = path.read_bytes()
    again = hand(office, "export", "--by", FIRST, "--to", str(path))
    assert again.returncode == 2
    assert path.read_bytes() == before


def test_verify_finds_an_edit_and_a_log_that_was_put_back(office: Office) -> None:
    number, _, _ = favour_case(office)
    path = case_book_path(office.folder / "state")
    old = path.read_bytes()
    review(office, number, FIRST, "geen-bezwaar")
    noted = hand(office, "verify").stdout.splitlines()[-1].split()[-1]
    assert hand(office, "verify", "--head", noted).returncode == 0
    assert hand(office, "verify", "--head", "niets").returncode == 2

    kept = path.read_bytes()
    path.write_bytes(old)
    assert hand(office, "verify").returncode == 0
    found = hand(office, "verify", "--head", noted)
    assert found.returncode == 4
    assert "Traceback" not in found.stderr

    path.write_bytes(kept)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE reviews SET conclusion = 'upheld'")
    connection.commit()
    connection.close()
    assert hand(office, "verify").returncode == 4
    path.write_bytes(b"no database at all")
    for words in (("verify",), ("list", "--by", FIRST)):
        broken = hand(office, *words)
        assert broken.returncode == 4
        assert "Traceback" not in broken.stderr


# --- the register never shows -------------------------------------------------------------------


def _empty(office: Office) -> None:
    write_register(office, [], names=list(register_of(office)[0]))


def _stranger(office: Office) -> None:
    """Leave one in the register whom nobody resembles."""
    row = register_of(office)[0]
    kept = {name: row[name] for name in ("person_id", "kind", "employee_id", "valid_from")}
    unlike = {"surname": "Xqzwaard", "birth_date": "1931-01-31"}
    write_register(office, [dict.fromkeys(row, "") | kept | unlike])


def _corrupted(office: Office) -> None:
    (office.folder / "register.csv").write_bytes(b"person_id;\xff\xfe\x00 nonsense")


def _absent(office: Office) -> None:
    (office.folder / "register.csv").unlink()


def _loose(office: Office) -> None:
    (office.folder / "register.csv").chmod(0o644)


def _fuller(office: Office) -> None:
    """Put every new tenant in the register."""
    rows, people = register_of(office), office.rows("candidates")
    shared = set(people[0]) & set(rows[0])
    like = rows[0] | {"valid_from": "2000-01-01", "valid_until": ""}
    write_register(
        office,
        rows
        + [
            like | {n: p[n] for n in shared} | {"person_id": f"XX{i:06d}"}
            for i, p in enumerate(people)
        ],
    )


@pytest.fixture(scope="module")
def key_office(fresh_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that has its key and nothing built."""
    office = fresh_office.copy(tmp_path_factory.mktemp("key") / "office")
    (office.folder / "state").mkdir(mode=0o700)
    (office.folder / "state" / "key").write_bytes(b"k" * 32)
    return office


Told = tuple[dict[str, tuple[object, ...]], int, list[str], list[dict[str, object]]]


def told_by(office: Office) -> Told:
    """Build and return all that tells: the tree, the code, the end summary, the log."""
    result = office.build()
    summary = result.stdout.replace(str(office.folder), "")
    log = (office.folder / "state" / "logs" / f"{NIGHT}.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in log.splitlines()]
    volatile = {"at", "seconds", "patterns"}
    return (
        tree_facts(office.site),
        result.returncode,
        [line for line in summary.splitlines() if not line.startswith("Time")],
        [{k: v for k, v in event.items() if k not in volatile} for event in events],
    )


@pytest.fixture(scope="module")
def as_is(key_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return told_by(key_office.copy(tmp_path_factory.mktemp("as-is") / "office"))


@pytest.mark.parametrize("change", [_empty, _stranger, _fuller, _corrupted])
def test_the_public_tree_is_the_same_whatever_the_register_holds(
    key_office: Office, as_is: Told, tmp_path: Path, change: Callable[[Office], None]
) -> None:
    """Paths, bytes, modes, times and the exit code; and where the register holds people,
    the end summary and the log as well: they do not tell how many match."""
    office = key_office.copy(tmp_path / "office")
    change(office)
    tree, code, summary, log = told_by(office)
    assert len(tree) > 100
    assert (tree, code) == as_is[:2]
    if change in (_stranger, _fuller):
        assert (summary, log) == as_is[2:]
        cases = len(book_of(office))
        assert cases == 0 if change is _stranger else cases > len(planted(office))
    if change is _empty:
        assert any("register holds nobody" in line for line in summary)
        assert {"event": "not_screened", "kind": "nobody_in_register"} in log
        assert len(book_of(office)) == 0


def test_a_row_of_the_register_that_cannot_be_read_is_told_without_its_value(
    office: Office,
) -> None:
    rows, secret = register_of(office), "07-o8-1972"
    write_register(office, [rows[0], rows[1] | {"birth_date": secret}, *rows[2:]])
    result = office.build()
    assert result.returncode == 0
    assert "1 rows of the register cannot be read" in " ".join(result.stdout.split())
    assert "register.csv, row 3, column birth_date: this is not a date" in result.stdout
    log = (office.folder / "state" / "logs" / f"{NIGHT}.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in log.splitlines()]
    assert any(e.get("table") == "register" and e.get("row") == 3 for e in events)
    told = result.stdout + result.stderr + log
    assert not any(value in told for value in (secret, rows[1]["person_id"], rows[1]["surname"]))


@pytest.mark.parametrize(
    ("change", "says"),
    [(_corrupted, "register.csv"), (_absent, "not there"), (_loose, "chmod 600")],
)
def test_a_register_that_cannot_be_used_is_an_internal_alarm(
    office: Office, change: Callable[[Office], None], says: str
) -> None:
    before = tree_facts(office.site)
    change(office)
    result = office.build()
    assert result.returncode == 0
    assert "screening did not take place" in result.stdout
    assert says in result.stdout
    assert tree_facts(office.site) == before
    listed = hand(office, "list", "--by", FIRST)
    assert "nobody was screened" in listed.stdout
    assert len(book_of(office)) == len(planted(office))
    log = (office.folder / "state" / "logs" / f"{NIGHT}.jsonl").read_text(encoding="utf-8")
    assert '"event": "not_screened"' in log


def test_nothing_of_the_register_is_kept_but_the_cases(office: Office) -> None:
    """Neither the names of the register nor, outside the cases, its numbers."""
    rows = register_of(office)
    texts = {row["surname"] for row in rows} | {row["birth_date"] for row in rows}
    texts = {text.encode() for text in texts if len(text) >= 6}
    numbers = {row["person_id"].encode() for row in rows}
    concerned = {str(pair[3]).encode() for pair in book_of(office)}
    assert len(texts) > 40
    for path in (office.folder / "state").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if "chrome" not in path.parts:
            assert not [text for text in texts if text in content], path
        allowed = concerned if path.name.startswith("cases.sqlite") else set()
        assert not [text for text in numbers - allowed if text in content], path


# --- the register from a command ------------------------------------------------------------------


def _command(office: Office, *words: str, seconds: int = 30) -> None:
    set_config(office, 'register = "register.csv"\n', "")
    path = office.folder / "allocation.toml"
    section = f"\n[register]\ncommand = {json.dumps(list(words))}\nseconds = {seconds}\n"
    path.write_text(path.read_text(encoding="utf-8") + section, encoding="utf-8")


def test_the_register_comes_from_a_command(fresh_office: Office, tmp_path: Path) -> None:
    office = fresh_office.copy(tmp_path / "office")
    hidden = office.folder / "elsewhere"
    hidden.mkdir()
    (office.folder / "register.csv").rename(hidden / "register.csv")
    code = "import sys, pathlib; sys.stdout.write(pathlib.Path(sys.argv[1]).read_text('utf-8'))"
    _command(office, sys.executable, "-c", code, str(hidden / "register.csv"))
    result = office.build()
    assert result.returncode == 0, result.stderr
    assert "did not take place" not in result.stdout
    assert set(book_of(office)) == planted(office)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("./not-there",), "cannot be started"),
        ((sys.executable, "-c", "import sys; sys.exit(7)"), "code 7"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), "took over 1 seconds"),
        ((sys.executable, "-c", "pass"), "gave nothing"),
        ((sys.executable, "-c", "print('Jansen;$HOME')"), "first row"),
    ],
)
def test_a_command_that_fails_says_how_and_names_nobody(
    office: Office, words: tuple[str, ...], says: str
) -> None:
    _command(office, *words, seconds=1)
    result = office.run("check")
    assert result.returncode == 0, result.stderr
    assert says in result.stdout
    assert "Jansen" not in result.stdout


def test_a_register_in_two_places_is_refused(office: Office) -> None:
    path = office.folder / "allocation.toml"
    text = path.read_text(encoding="utf-8") + '\n[register]\ncommand = ["cat"]\n'
    path.write_text(text, encoding="utf-8")
    result = office.run("check")
    assert result.returncode == 2
    assert "register" in result.stderr
    assert result.stderr.count("\n") == 1
