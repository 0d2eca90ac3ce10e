"""The public log as somebody outside the association checks it: from the site alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.office import EARLIER, NIGHT, Office, contents, tree_facts


def verify(site: Path | str, *words: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    """Run the check somewhere where the association has nothing."""
    return subprocess.run(
        [sys.executable, "-m", "allocation", "--lang", lang, "verify", str(site), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_log_grows_by_one_line_a_release(fresh_office: Office, tmp_path: Path) -> None:
    office = fresh_office.copy(tmp_path / "office")
    assert office.build(EARLIER).returncode == 0
    keep = tmp_path / "kept.txt"
    first = verify(office.site, "--keep", str(keep))
    assert first.returncode == 0, first.stderr
    assert "release 1 in the log" in first.stdout
    key = next(line for line in first.stdout.splitlines() if line.startswith("localhost"))
    assert office.build().returncode == 0
    again = verify(office.site, "--keep", str(keep), "--key", key, lang="nl")
    assert again.returncode == 0, again.stderr
    assert "uitgave 2 in het logboek" in again.stdout
    assert "nacht van 21 november 2026" in again.stdout
    before = contents(office.site)
    assert office.build().returncode == 0
    assert contents(office.site) == before


@pytest.mark.parametrize("page", ["controleer", "en/controleer"])
def test_the_site_leads_to_the_key(built_office: Office, page: str) -> None:
    folder = built_office.site.resolve() / page
    text = (folder / "index.html").read_text(encoding="utf-8")
    (link,) = re.findall(r'href="([^"]*log/key\.txt)"', text)
    key = (folder / link).resolve()
    assert key.is_relative_to(built_office.site.resolve())
    assert verify(built_office.site, "--key", key.read_text(encoding="utf-8")).returncode == 0


@pytest.mark.parametrize(
    "path", ["data/woningen.csv", "data/toetsen.parquet", "data/jaarcijfers.csv", "log/checkpoint"]
)
def test_a_site_that_was_changed_is_told(office: Office, path: str) -> None:
    file = office.site / path
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-2] + b"~\n")
    result = verify(office.site, lang="nl")
    assert result.returncode == 4, result.stdout
    assert result.stderr.startswith("Fout: ")
    assert result.stderr.count("\n") == 1


def test_what_was_published_cannot_be_made_again_unseen(office: Office, tmp_path: Path) -> None:
    """The association begins anew, with other data for the same night and the same key."""
    keep = tmp_path / "kept.txt"
    assert verify(office.site, "--keep", str(keep)).returncode == 0
    kept = keep.read_bytes()
    record = max((office.folder / "state" / "releases").iterdir()) / "log.json"
    log = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps(log | {"entries": log["entries"][:-1]}), encoding="utf-8")
    office.rewrite("responses", lambda rows: rows[1:])
    assert office.build().returncode == 0
    assert verify(office.site).returncode == 0
    result = verify(office.site, "--keep", str(keep))
    assert result.returncode == 4
    assert "The log was changed" in result.stderr
    assert keep.read_bytes() == kept


def test_what_is_withdrawn_cannot_be_found_in_the_log(office: Office, tmp_path: Path) -> None:
    keep = tmp_path / "kept.txt"
    assert verify(office.site, "--keep", str(keep)).returncode == 0
    salt = json.loads((office.site / "log" / "opening.json").read_text(encoding="utf-8"))["salt"]
    page = next((office.site / "woning").iterdir()).name.removesuffix(".html")
    for who in ("M-1", "M-2"):
        done = office.run("withdraw", page, "--reason", "objection", "--by", who)
        assert done.returncode == 0, done.stderr
    result = verify(office.site, "--keep", str(keep))
    assert result.returncode == 0, result.stderr
    assert "Nothing that was published" in result.stdout
    for path in office.site.resolve().rglob("*"):
        if path.is_file():
            assert salt.encode() not in path.read_bytes(), path


def test_a_lost_log_stops_the_night(office: Office) -> None:
    (max((office.folder / "state" / "releases").iterdir()) / "log.json").unlink()
    before = tree_facts(office.site)
    result = office.run("build", "--night", NIGHT, lang="nl")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].startswith("Fout: De site toont een uitgave")
    assert tree_facts(office.site) == before


def test_a_log_that_the_site_lost_goes_on(office: Office, tmp_path: Path) -> None:
    keep = tmp_path / "kept.txt"
    assert verify(office.site, "--keep", str(keep)).returncode == 0
    before = contents(office.site)
    shutil.rmtree(office.site / "log")
    assert office.build().returncode == 0
    assert contents(office.site) == before
    assert verify(office.site, "--keep", str(keep)).returncode == 0


def test_a_site_of_before_there_was_a_log_begins_one(office: Office) -> None:
    (max((office.folder / "state" / "releases").iterdir()) / "log.json").unlink()
    shutil.rmtree(office.site / "log")
    assert office.build().returncode == 0
    result = verify(office.site)
    assert result.returncode == 0, result.stderr
    assert "release 1 in the log" in result.stdout


def test_the_log_is_read_from_the_web(office: Office) -> None:
    with office.serving() as address:
        good = verify(address)
        assert good.returncode == 0, good.stderr
        assert "In order" in good.stdout
        nothing = verify(f"{address}elsewhere", lang="nl")
        assert nothing.returncode == 2
        assert nothing.stderr == f"Fout: log/key.txt staat niet in {address}elsewhere.\n"


def test_what_cannot_be_kept_is_told_in_one_line(office: Office, tmp_path: Path) -> None:
    result = verify(office.site, "--keep", str(tmp_path / "nowhere" / "kept.txt"), lang="nl")
    assert result.returncode == 2
    assert result.stderr.endswith("is niet te schrijven (FileNotFoundError).\n")
    (tmp_path / "kept.txt").touch()
    emptied = verify(office.site, "--keep", str(tmp_path / "kept.txt"), lang="nl")
    assert emptied.stderr == "Fout: Wat van de vorige keer is bewaard, is niet heel.\n"


def test_what_has_no_log_is_told_in_one_line(tmp_path: Path) -> None:
    result = verify(tmp_path, lang="nl")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Fout: log/key.txt staat niet in ")
