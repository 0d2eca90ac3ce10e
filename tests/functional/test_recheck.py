"""The pages beside the tables, as somebody outside the association compares them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.office import Office
from tests.functional.test_public_log import verify


def pages(site: Path, folder: str = "woning") -> list[Path]:
    return sorted((site / folder).iterdir())


def copy_of(office: Office, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office.site.resolve(), tmp_path / "copy"))


def let_page(site: Path, folder: str = "woning") -> Path:
    """Return a page of a dwelling that somebody got."""
    return next(page for page in pages(site, folder) if 'id="controles"' in page.read_text("utf-8"))


def change(page: Path, make: Callable[[str], str]) -> None:
    before = page.read_text(encoding="utf-8")
    after = make(before)
    assert after != before
    page.write_text(after, encoding="utf-8")


def test_every_page_in_both_languages_is_compared(built_office: Office) -> None:
    site = built_office.site.resolve()
    count = len(pages(site)) + len(pages(site, "en/woning"))
    result = verify(site)
    assert result.returncode == 0, result.stderr
    assert f"In order: {count} pages of dwellings say what the tables say." in result.stdout
    some = verify(site, "--pages", "3", lang="nl")
    assert "6 pagina" in some.stdout
    none = verify(site, "--pages", "0")
    assert none.returncode == 0
    assert "pages of dwellings" not in none.stdout


def _another_number(text: str) -> str:
    return re.sub(r"<b>nummer \d+</b>|<b>number \d+</b>", "<b>nummer 987</b>", text, count=1)


def _a_check_less(text: str) -> str:
    return re.sub(r"<li>(?:(?!<li>).)*zo-verdelen-wij/regels.*?</li>\n", "", text, count=1)


@pytest.mark.parametrize("folder", ["woning", "en/woning"])
@pytest.mark.parametrize(
    "make",
    [
        _another_number,
        _a_check_less,
        lambda text: text.replace("<h1>", "<p>Deze uitkomst geldt niet.</p><h1>"),
        lambda text: text.replace("</main>", "<p>Deze uitkomst geldt niet.</p></main>"),
        lambda text: text.replace('<p class="after">', '<p class="after">Nummer 1.</p>\n<p>'),
        lambda text: "",
    ],
    ids=["number", "check", "before", "after", "last-line", "empty"],
)
def test_a_page_that_says_something_else_is_told(
    built_office: Office, tmp_path: Path, folder: str, make: Callable[[str], str]
) -> None:
    site = copy_of(built_office, tmp_path)
    page = let_page(site, folder)
    change(page, make)
    result = verify(site, lang="nl")
    assert result.returncode == 4, result.stdout
    assert f"{folder}/{page.name}" in result.stdout.splitlines()
    assert result.stderr.startswith("Fout: 1 van ")
    assert result.stderr.count("\n") == 1


def test_the_page_of_another_dwelling_is_told(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    page, other = pages(site)[:2]
    shutil.copy(other, page)
    result = verify(site)
    assert result.returncode == 4
    assert result.stdout.splitlines()[-1] == f"woning/{page.name}"


def test_a_page_that_is_gone_is_told(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    page = pages(site)[3]
    page.unlink()
    result = verify(site)
    assert result.returncode == 4
    assert result.stdout.splitlines()[-1] == f"woning/{page.name}"


def test_a_language_without_a_start_page_is_compared(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    (site / "en" / "index.html").unlink()
    page = let_page(site, "en/woning")
    change(page, _another_number)
    result = verify(site)
    assert result.returncode == 4
    assert result.stdout.splitlines()[-1] == f"en/woning/{page.name}"


def test_a_page_without_a_row_is_told(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    stray = site / "en" / "woning" / "brink-1-\x1b[2Jaaaaaaaa.html"
    shutil.copy(pages(site)[0], stray)
    result = verify(site)
    assert result.returncode == 4
    assert "its dwelling is not in the tables" in result.stderr
    assert "en/woning/brink-1-" in result.stderr
    assert "\x1b" not in result.stderr + result.stdout


def test_a_site_of_another_version_is_not_accused(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    for folder in ("woning", "en/woning"):
        for page in pages(site, folder):
            change(page, lambda text: text.replace('<div class="panes">', '<div class="pane">'))
    result = verify(site)
    assert result.returncode == 4
    assert "another version" in result.stderr
    assert "more" in result.stdout.splitlines()[-1]


def test_a_site_on_the_web_is_compared_by_lot(office: Office) -> None:
    with office.serving() as address:
        result = verify(address)
        assert result.returncode == 0, result.stderr
        assert "In order: 100 pages of dwellings" in result.stdout
        for page in pages(office.site):
            page.unlink()
        result = verify(address, "--pages", "2")
        assert result.returncode == 4
        gone = result.stdout.splitlines()[-2:]
        assert all(line.startswith("woning/") for line in gone), result.stdout
