"""One night from the command line: what is made, what stays the same, what changes."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.keys import slug
from allocation.sample import write_sample
from tests.functional.office import Office, Row, contents, tree_facts


def test_the_same_night_twice_gives_the_same_tree(office: Office) -> None:
    before = tree_facts(office.site)
    result = office.build()
    assert result.returncode == 0
    assert tree_facts(office.site) == before


def test_two_offices_with_one_secret_give_the_same_tree(
    built_office: Office, fresh_office: Office, tmp_path: Path
) -> None:
    other = fresh_office.copy(tmp_path / "other")
    _share_secret(built_office, other)
    for night in ("2026-11-21", "2026-11-22"):
        assert other.build(night).returncode == 0
    assert tree_facts(other.site) == tree_facts(built_office.site)


@pytest.mark.parametrize("file_format", ["parquet", "xlsx", "vera"])
def test_every_format_gives_the_same_public_tree(
    built_office: Office, file_format: str, tmp_path: Path
) -> None:
    folder = tmp_path / file_format
    write_sample(folder, dwellings=150, responses_per_dwelling=25, seed=11, file_format=file_format)
    other = Office(folder)
    _share_secret(built_office, other)
    for night in ("2026-11-21", "2026-11-22"):
        result = other.build(night)
        assert result.returncode == 0, result.stderr
    assert contents(other.site) == contents(built_office.site)


def test_unchanged_pages_are_linked_to_the_previous_release(built_office: Office) -> None:
    before, after = sorted((built_office.folder / "public" / "releases").iterdir())
    pages = sorted((after / "woning").glob("*.html"))
    same = [
        page
        for page in pages
        if (old := before / "woning" / page.name).exists() and old.read_bytes() == page.read_bytes()
    ]
    assert len(same) > len(pages) / 3
    assert all(page.samefile(before / "woning" / page.name) for page in same)


def test_nights_on_end_give_the_tree_of_a_first_night(fresh_office: Office, tmp_path: Path) -> None:
    """Two releases are kept: each night uses up the tree of the oldest, and no one can tell."""
    office = fresh_office.copy(tmp_path / "office")
    settings = office.folder / "allocation.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}\n[publication]\nkeep_releases = 2\n", encoding="utf-8")
    releases = office.folder / "public" / "releases"
    folders = []
    for count in range(1, 6):
        _change_responses(office, count)
        assert office.build().returncode == 0
        assert len(list(releases.iterdir())) == min(count, 2)
        folders.append(office.site.stat().st_ino)
    assert folders[2:] == folders[:3], "no tree was used up"
    before, after = sorted(releases.iterdir())
    old, new = contents(before), contents(after)
    same = [path for path, digest in new.items() if old.get(path) == digest]
    assert 100 < len(same) < len(new)
    assert all((before / path).samefile(after / path) for path in same)
    other = Office(tmp_path / "other")
    shutil.copytree(office.folder, other.folder, ignore=shutil.ignore_patterns("public"))
    shutil.rmtree(other.folder / "state" / "releases")
    assert other.build().returncode == 0
    assert _without_log(contents(other.site)) == _without_log(new)


def _without_log(files: dict[str, str]) -> dict[str, str]:
    """Leave out the public log, which alone tells of the nights before."""
    return {path: digest for path, digest in files.items() if not path.startswith("log/")}


def test_a_release_that_lost_files_is_made_whole(built_office: Office, tmp_path: Path) -> None:
    office = built_office.copy(tmp_path / "other")
    page = next((office.site / "woning").glob("*.html"))
    before, name = contents(office.site), page.name
    page.unlink()
    assert office.build().returncode == 0
    assert contents(office.site) == before
    assert (office.site / "woning" / name).exists()


def _change_responses(office: Office, number: int) -> None:
    """Withdraw one response more than before: some pages change on every night."""

    def changed(rows: list[Row]) -> list[Row]:
        open_ones = [row for row in rows if row["status"] not in {"withdrawn", "accepted"}]
        for row in open_ones[:: len(open_ones) // 5][:number]:
            row["status"] = "withdrawn"
        return rows

    office.rewrite("responses", changed)


def test_every_page_tells_the_true_number_of_responses(built_office: Office) -> None:
    """Counted from the export by other means than the pipeline's."""
    counts: dict[str, int] = {}
    for row in built_office.rows("responses"):
        if row["status"] != "withdrawn":
            counts[row["publication_id"]] = counts.get(row["publication_id"], 0) + 1
    expected = sorted(counts.get(row["publication_id"], 0) for row in _advertised(built_office))
    pages = list((built_office.site / "woning").glob("*.html"))
    assert len(pages) > 50
    shown = [_shown_count(page) for page in pages]
    missing = list(expected)
    for count in shown:
        assert count in missing, f"{count} responses on a page, and on no advert"
        missing.remove(count)


def test_no_withheld_letting_is_shown_as_let(built_office: Office) -> None:
    """What the sample knows to be withheld reads as any withdrawn advert, or is not there."""
    allocations = {row["allocation_id"]: row for row in built_office.rows("allocations")}
    dwellings = {row["dwelling_id"]: row for row in built_office.rows("dwellings")}
    adverts = Counter(row["dwelling_id"] for row in _advertised(built_office))
    withheld = {str(case["allocation_id"]) for case in built_office.truth()["withheld"]}
    advertised = 0
    for allocation_id in sorted(withheld):
        dwelling_id = allocations[allocation_id]["dwelling_id"]
        pages = _pages_of(built_office, dwellings[dwelling_id])
        if adverts[dwelling_id] == 0:
            assert not pages
        elif adverts[dwelling_id] == 1:
            advertised += 1
            assert len(pages) == 1
            assert pages[0].css_first("h1 + .sub .tag.withdrawn") is not None
            assert "jaar" not in (pages[0].css_first(".answer") or pages[0].css_first("h1")).text()
    assert advertised >= 3, "the sample has too few for this test to say something"


def test_one_more_letting_changes_only_what_it_stands_on(office: Office) -> None:
    letting = _ordinary_letting(office)
    office.rewrite("allocations", lambda rows: [row for row in rows if row != letting])
    assert office.build().returncode == 0
    before = contents(office.site)
    office.rewrite("allocations", lambda rows: [*rows, letting])
    result = office.build()
    assert result.returncode == 0, result.stderr
    after = contents(office.site)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    own = {path for path in changed if re.match(r"(en/)?woning/", path)}
    assert len({path.removeprefix("en/") for path in own}) == 1
    groups = {path for path in changed if path.startswith("data/woning/")}
    assert len(groups) == 1
    data = {path for path in changed if path.startswith("data/")}
    tables = r"(woningen(-2026)?|toetsen|toetsen-per-maand)\.(csv|json|parquet)"
    described = rf"data/({tables}|datapackage\.json|dcat\.jsonld)"
    assert all(re.fullmatch(described, path) for path in data - groups), data
    log = {path for path in changed if path.startswith("log/")}
    assert all(re.fullmatch(r"log/(checkpoint|opening\.json|tile/.*)", path) for path in log), log
    rest = changed - own - data - log
    counted = r"cijfers/index\.html|wachttijd/.*|zo-verdelen-wij/regels/.*"
    listed = r"index\.html|atom\.xml|woningen/.*|zoek/.*|sitemap.*"
    assert all(re.fullmatch(rf"(en/)?({counted}|{listed})", path) for path in rest), rest
    lists = {found[2] for p in rest if (found := re.match(r"(en/)?woningen/([^/]+)/", p))}
    waits = {found[2] for p in rest if (found := re.match(r"(en/)?wachttijd/plaats/([^/]+)/", p))}
    assert len(lists) == 2  # its month and its place
    assert waits <= lists


def test_the_summary_is_one_screen_in_dutch(office: Office) -> None:
    result = office.run("build", lang="nl")
    assert result.returncode == 0
    assert "Klaar" in result.stdout
    assert len(result.stdout.splitlines()) <= 24


def test_the_log_is_json_lines_without_values(built_office: Office) -> None:
    logs = sorted((built_office.folder / "state" / "logs").glob("*.jsonl"))
    assert len(logs) == 2
    events = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
    assert {"stage", "published"} <= {event["event"] for event in events}


def _share_secret(giver: Office, taker: Office) -> None:
    state = taker.folder / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    key = state / "key"
    key.write_bytes((giver.folder / "state" / "key").read_bytes())
    key.chmod(0o600)


def _advertised(office: Office) -> list[Row]:
    """Return the adverts that home-seekers could see: opened, and no direct allocation."""
    return [
        row
        for row in office.rows("publications")
        if row["status"] not in ("VOO", "GER") and row["model"] not in ("DIS", "WON")
    ]


def _shown_count(page: Path) -> int:
    """Return the number in the answer's first sentence."""
    node = HTMLParser(page.read_text(encoding="utf-8")).css_first(".answer p")
    assert node is not None
    found = re.search(r"([\d.]+) woningzoekende", node.text())
    if found is None:
        assert "geen reacties" in node.text(), page.name
        return 0
    return int(found[1].replace(".", ""))


def _ordinary_letting(office: Office) -> Row:
    """Return an allocation of this summer that nothing withholds or makes special."""
    special = {str(case["allocation_id"]) for case in office.truth()["withheld"]}
    special |= {str(case["allocation_id"]) for case in office.truth()["irregularities"]}
    for row in office.rows("allocations"):
        summer = "2026-05-01" < row["allocated_on"] < "2026-09-01"
        if summer and row["publication_id"] and row["allocation_id"] not in special:
            return row
    raise AssertionError("the sample has no ordinary letting this summer")


def _pages_of(office: Office, dwelling: Row) -> list[HTMLParser]:
    number = dwelling["house_number"] + dwelling["house_letter"].upper()
    name = slug(
        f"{dwelling['street']} {number} {dwelling['house_number_addition']} {dwelling['place']}"
    )
    paths = [p for p in (office.site / "woning").glob(f"{name}-*.html") if p.stem[:-9] == name]
    return [HTMLParser(path.read_text(encoding="utf-8")) for path in paths]
