"""The commands as a clerk uses them, with wrong use too."""

from __future__ import annotations

import shutil
import urllib.request
from pathlib import Path

import pytest

from allocation.config import read_config
from tests.functional.office import NIGHT, Office, tree_facts


def test_init_writes_a_configuration_that_can_be_read(tmp_path: Path) -> None:
    office = Office(tmp_path)
    first = office.run("init", lang="nl")
    assert first.returncode == 0
    assert read_config(tmp_path / "allocation.toml").publication.delay_days == 14
    written = (tmp_path / "allocation.toml").read_bytes()
    again = office.run("init", lang="nl")
    assert again.returncode == 2
    assert again.stderr.startswith("Fout: allocation.toml bestaat al")
    assert (tmp_path / "allocation.toml").read_bytes() == written


def test_check_publishes_nothing(fresh_office: Office, tmp_path: Path) -> None:
    office = fresh_office.copy(tmp_path / "office")
    result = office.run("check", lang="nl")
    assert result.returncode == 0, result.stderr
    assert "woningen" in result.stdout
    assert not office.site.exists()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("build", "--config", "elsewhere.toml"), 2, "elsewhere.toml"),
        (("build", "--night", "2026-13-01"), 2, "2026-13-01"),
        (("build", "--night", "2020-01-01"), 3, "2020-01-01"),
        (("bild",), 2, "bild"),
        (("sample", ".", "--dwellings", "0"), 2, "0"),
    ],
)
def test_wrong_use_gets_one_clear_error(
    office: Office, words: tuple[str, ...], code: int, says: str
) -> None:
    before = tree_facts(office.site)
    result = office.run(*words)
    assert result.returncode == code
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert tree_facts(office.site) == before


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('[site]\nbrand_colour = "teal"\n', "brand_colour"),
        ("[publication]\ndelay_day = 3\n", "delay_day"),
        ("[mapping.houses]\n", "mapping"),
        ("[paths\n", "no setting is written like this"),
    ],
)
def test_a_wrong_setting_is_named(office: Office, line: str, says: str) -> None:
    path = office.folder / "allocation.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n" + line, encoding="utf-8")
    result = office.run("check")
    assert result.returncode == 2, result.stderr
    assert result.stderr.count("\n") == 1
    assert says in result.stderr


def test_help_teaches_in_dutch_and_english(tmp_path: Path) -> None:
    office = Office(tmp_path)
    assert "elke woning" in office.run("--help", lang="nl").stdout
    assert "every dwelling" in office.run("--help", lang="en").stdout


def test_serve_shows_the_site_on_loopback(office: Office) -> None:
    with office.serving() as address:
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert answer.status == 200


def test_a_broken_register_does_not_stop_the_night(office: Office) -> None:
    before = tree_facts(office.site)
    (office.folder / "register.csv").write_bytes(b"\xff\xfe nonsense")
    result = office.build()
    assert result.returncode == 0
    assert "register" in result.stdout
    assert tree_facts(office.site) == before


def test_a_leak_stops_the_night(office: Office) -> None:
    """A supplier's label that holds a candidate's number is caught by the last gate."""
    before = tree_facts(office.site)
    candidate = office.rows("candidates")[0]["candidate_id"]
    office.rewrite(
        "publications", lambda rows: [row | {"label": f"zie {candidate}"} for row in rows]
    )
    result = office.build()
    assert result.returncode == 4
    assert "candidate_id" in result.stderr
    assert candidate not in result.stderr + result.stdout
    assert tree_facts(office.site) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("bulid",), "Fout: De opdracht 'bulid' is er niet. Bedoelt u 'build'?"),
        (("build", "--nigth", "2026-11-22"), "Fout: De optie '--nigth' is er niet."),
        (("build", "--night"), "Fout: Bij de optie '--night' hoort een waarde."),
        (("build", "nu"), "Fout: Dit is te veel: nu"),
        (("explain",), "Fout: Er ontbreekt iets: 'LETTING'."),
        (("sample", ".", "--seed", "a"), "Fout: Verkeerde waarde voor '--seed': 'a' is geen heel"),
        (("sample", ".", "--format", "doc"), "'doc' is geen van deze: 'csv', 'parquet', 'xlsx'"),
        (("draw", "nope.csv", "--seed", "a"), "'RESPONSES': Bestand 'nope.csv' is er niet."),
    ],
)
def test_wrong_words_are_told_in_dutch(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    result = Office(tmp_path).run(*words, lang="nl")
    assert result.returncode == 2
    assert says in result.stderr
    assert "Error" not in result.stderr
    assert "Usage" not in result.stderr


def test_the_newest_night_must_not_lie_in_the_future(office: Office) -> None:
    """A folder with a wrong date is not taken by itself, only when somebody names it."""
    nights = office.folder / "exports"
    wrong = nights / "9999-11-22"
    shutil.copytree(nights / NIGHT, wrong)
    before = tree_facts(office.site)
    result = office.run("build", lang="nl")
    assert result.returncode == 4, result.stdout
    assert result.stderr.startswith("Fout: De nieuwste export is van 22 november 9999")
    assert "--night 9999-11-22" in result.stderr
    assert tree_facts(office.site) == before


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_night_that_is_no_date_is_told_in_one_line(office: Office, command: str) -> None:
    result = office.run(command, "--night", "2026-13-40", lang="nl")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "Fout: '2026-13-40' is geen datum: schrijf 2026-11-22.\n"
