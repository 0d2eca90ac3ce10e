"""Taking a page or the whole site away: by two people, or by one in an emergency."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from allocation.state.interventions import Interventions, open_interventions
from tests.functional.office import Office, tree_facts


def a_page(office: Office) -> str:
    """Return the key of a page of a letting."""
    for page in sorted((office.site / "woning").glob("*.html")):
        if 'class="tag let"' in page.read_text(encoding="utf-8"):
            return page.stem
    return min((office.site / "woning").glob("*.html")).stem


def withdraw(
    office: Office, key: str, by: str, *more: str, lang: str = "en"
) -> subprocess.CompletedProcess[str]:
    words = ("withdraw", key, "--reason", "objection", "--by", by, *more)
    return office.run(*words, lang=lang)


def everything(office: Office) -> dict[Path, bytes]:
    """Return every public file, of every kept release."""
    public = office.folder / "public"
    return {path: path.read_bytes() for path in public.rglob("*") if path.is_file()}


def test_two_people_withdraw_a_page_from_every_release(office: Office) -> None:
    key = a_page(office)
    before = tree_facts(office.site)
    asked = withdraw(office, key, "mw1")
    assert asked.returncode == 0, asked.stderr
    assert tree_facts(office.site) == before
    again = withdraw(office, key, " MW1 ")
    assert again.returncode == 2
    assert "somebody else" in again.stderr
    assert tree_facts(office.site) == before
    done = withdraw(office, key, "mw2")
    assert done.returncode == 0, done.stderr
    mark = key[-8:].encode()
    for path, content in everything(office).items():
        assert key not in str(path)
        assert mark not in content, path
    assert len(list((office.folder / "public" / "releases").iterdir())) == 1


def test_a_withdrawn_letting_never_comes_back(office: Office) -> None:
    key = a_page(office)
    assert withdraw(office, key, "mw1", "--emergency").returncode == 0
    after = tree_facts(office.site)
    result = office.build()
    assert result.returncode == 0, result.stderr
    assert not (office.site / "woning" / f"{key}.html").exists()
    now = tree_facts(office.site)
    changed = {p for p in after if after[p] != now.get(p)}
    assert not {p for p in changed if p.startswith("woning/")}


def test_a_logo_that_is_gone_does_not_keep_a_page_on_the_site(office: Office) -> None:
    settings = office.folder / "allocation.toml"
    text = settings.read_text(encoding="utf-8")
    site = '[site]\nlogo = "gone.svg"\n'
    text = text.replace("[site]\n", site) if "[site]" in text else f"{text}\n{site}"
    settings.write_text(text, encoding="utf-8")
    key = a_page(office)
    done = withdraw(office, key, "mw1", "--emergency")
    assert done.returncode == 0, done.stderr
    assert not (office.site / "woning" / f"{key}.html").exists()
    refused = office.build()
    assert refused.returncode == 2, "the next night says what is wrong"
    assert "gone.svg" in refused.stderr


def test_a_page_that_is_not_there_cannot_be_withdrawn(office: Office) -> None:
    result = withdraw(office, "nergens-1-elp-abcdefgh", "mw1")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


def test_it_is_all_on_record(office: Office) -> None:
    key = a_page(office)
    withdraw(office, key, "mw1")
    withdraw(office, key, "mw2")
    with open_interventions(office.folder / "state") as interventions:
        assert interventions.withdrawn() == {key[-8:]}
        assert interventions.verify() == []
        assert _told(interventions) == [
            ("intervention_asked", "mw1"),
            ("intervention_done", "mw2"),
        ]


def _told(interventions: Interventions) -> list[tuple[str, str]]:
    return [(kind, by) for kind, _, by in interventions._told()]


def take_down(office: Office, by: str, *more: str) -> subprocess.CompletedProcess[str]:
    return office.run("takedown", "--reason", "safety", "--by", by, *more, lang="nl")


def test_the_whole_site_is_replaced_at_once(office: Office) -> None:
    assert take_down(office, "mw1").returncode == 0
    assert (office.site / "woning").exists()
    started = time.monotonic()
    assert take_down(office, "mw2").returncode == 0
    seconds = time.monotonic() - started
    names = sorted(path.name for path in office.site.resolve().iterdir())
    assert names == ["404.html", "index.html"]
    assert "niet beschikbaar" in (office.site / "index.html").read_text(encoding="utf-8")
    assert seconds < 5 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def test_no_build_brings_it_back_before_two_people_say_so(office: Office) -> None:
    assert take_down(office, "mw1", "--emergency").returncode == 0
    down = tree_facts(office.site)
    result = office.build()
    assert result.returncode == 4
    assert result.stderr.count("\n") >= 1
    assert tree_facts(office.site) == down
    assert take_down(office, "mw1", "--end").returncode == 0
    assert office.build().returncode == 4
    assert take_down(office, "mw2", "--end").returncode == 0
    assert tree_facts(office.site) == down
    result = office.build()
    assert result.returncode == 0, result.stderr
    assert (office.site / "woning").is_dir()
    assert [p.name for p in (office.folder / "public" / "releases").iterdir()] == ["000003"]


def test_a_takedown_does_not_wait_for_a_night_that_is_being_built(office: Office) -> None:
    import fcntl

    with (office.folder / "state" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert take_down(office, "mw1", "--emergency").returncode == 0
    assert not (office.site / "woning").exists()


def test_a_night_that_was_under_way_does_not_bring_it_back(office: Office) -> None:
    office.rewrite("dwellings", lambda rows: [row | {"neighbourhood": "Zuid"} for row in rows])
    running = subprocess.Popen(
        [sys.executable, "-m", "allocation", "build", "--night", "2026-11-22"],
        cwd=office.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    while "…" not in running.stderr.readline():
        assert running.poll() is None
    assert take_down(office, "mw1", "--emergency").returncode == 0
    running.stderr.read()
    assert running.wait() == 4
    assert not (office.site / "woning").exists()


def test_a_page_can_be_withdrawn_while_the_site_is_down(office: Office) -> None:
    key = a_page(office)
    assert take_down(office, "mw1", "--emergency").returncode == 0
    down = tree_facts(office.site)
    assert withdraw(office, key, "mw1", "--emergency").returncode == 0
    assert tree_facts(office.site) == down
    assert not [path for path in everything(office) if key in str(path)]
    assert take_down(office, "mw1", "--end", "--emergency").returncode == 0
    assert office.build().returncode == 0
    assert (office.site / "woning").is_dir()
    assert not (office.site / "woning" / f"{key}.html").exists()


def test_a_takedown_before_the_first_build(fresh_office: Office, tmp_path: Path) -> None:
    office = fresh_office.copy(tmp_path / "office")
    assert take_down(office, "mw1", "--emergency").returncode == 0
    assert office.build().returncode == 4
    assert take_down(office, "mw1", "--end", "--emergency").returncode == 0
    assert office.build().returncode == 0
