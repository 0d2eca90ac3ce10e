"""Findings as the letting department meets them: explain, record, confirm, and what is public."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from allocation.state.explanations import confirmed_explanations
from tests.functional.office import Office, contents


@pytest.fixture(scope="module")
def seen(built_office: Office) -> str:
    """What ``explain`` says of the favour of the dilemma."""
    result = built_office.run("explain", favour(built_office), lang="nl")
    assert result.returncode == 0, result.stderr
    return result.stdout


def favour(office: Office) -> str:
    return str(office.truth()["favour"]["allocation_id"])


def favour_page(office: Office) -> str:
    """The page of the favour, found as a visitor would: by its address."""
    truth = office.truth()["favour"]
    dwelling = next(
        row for row in office.rows("dwellings") if row["dwelling_id"] == truth["dwelling_id"]
    )
    start = f"{dwelling['street']}-{dwelling['house_number']}".lower().replace(" ", "-")
    pages = list((office.site / "woning").glob(f"{start}-*.html"))
    assert pages
    return "".join(page.read_text(encoding="utf-8") for page in pages)


def test_the_favour_is_explained_with_every_rule_and_the_failed_one_first(seen: str):
    blocks = seen.split("\n\n")
    assert blocks[1].startswith("RNK-2 De eerste in rang kreeg de woning: niet in orde")
    assert "overgeslagen zonder dat er iets is vastgelegd: 45" in blocks[1]
    assert "vastgelegde positie van de nieuwe huurder: 46" in blocks[1]
    assert "nog niet toegelicht" in blocks[1]
    assert len(blocks) > 20


def test_nobody_reads_here_whether_a_match_was_found(seen: str, built_office: Office):
    listed = built_office.run("findings", "--signals", "--all").stdout
    lines = built_office.run("check", "--json").stdout
    for text in (seen, listed, lines):
        assert "INT-1" not in text


def test_the_list_names_every_planted_breach(built_office: Office):
    listed = built_office.run("findings").stdout
    planted = {str(entry["rule"]) for entry in built_office.truth()["irregularities"]}
    signals = {"PUB-6", "RSP-1", "REG-2", "ELI-5", "INT-1"}
    assert planted - signals == {line.split()[0] for line in listed.splitlines()[1:]}


def test_every_letting_has_one_line_of_json_per_rule(built_office: Office):
    result = built_office.run("check", "--json")
    assert result.returncode == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    keys = [(f["rule"], f["publication_id"], f["dwelling_id"], f["allocation_id"]) for f in found]
    assert len(keys) == len(set(keys))
    ranked = [f for f in found if f["rule"] == "RNK-2"]
    assert {rule: sum(f["rule"] == rule for f in found) for rule in ("PUB-1", "ALL-4")} == {
        "PUB-1": len(ranked),
        "ALL-4": len(ranked),
    }


def test_an_explanation_takes_two_people_and_shows_its_class_alone(office: Office):
    words = ("RNK-2", favour(office))
    assert "in behandeling" in favour_page(office)
    record = ("--class", "mistake_stands", "--motivation", "Een collega vroeg erom", "--by", "M-17")
    alone = office.run("findings", "confirm", *words, "--by", "M-18")
    assert alone.returncode == 2
    assert "no explanation is recorded" in alone.stderr
    recorded = office.run("findings", "explain", *words, *record)
    assert recorded.returncode == 0, recorded.stderr
    same = office.run("findings", "confirm", *words, "--by", " m-17 ")
    assert same.returncode == 2
    assert "somebody else" in same.stderr
    assert office.build().returncode == 0
    assert "in behandeling" in favour_page(office)
    other = office.run("findings", "confirm", *words, "--by", "M-18")
    assert other.returncode == 0, other.stderr
    assert office.build().returncode == 0
    page = favour_page(office)
    assert "konden wij niet meer herstellen" in page
    assert "Een collega" not in page
    assert "explained and confirmed" in office.run("explain", favour(office)).stdout
    assert office.run("findings", "verify").returncode == 0


def test_a_direct_allocation_is_explained_and_its_explanation_stays_inside(office: Office):
    planted = office.truth()["irregularities"]
    direct = next(str(entry["allocation_id"]) for entry in planted if entry["rule"] == "ALL-6")
    shown = office.run("explain", direct)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith(f"Direct allocation {direct} (dwelling ")
    assert "\nALL-6 " in shown.stdout
    words = ("ALL-6", direct)
    record = ("--class", "mistake_stands", "--motivation", "Een spoedgeval", "--by", "M-17")
    before = contents(office.site)
    for result in (
        office.run("findings", "explain", *words, *record),
        office.run("findings", "confirm", *words, "--by", "M-18", lang="nl"),
    ):
        assert result.returncode == 0, result.stderr
    assert "Dit blijft intern" in result.stdout
    assert "explained and confirmed" in office.run("explain", direct).stdout
    assert not [line for line in office.run("findings").stdout.splitlines() if direct in line]
    assert confirmed_explanations(office.folder / "state" / "explanations.sqlite").num_rows == 0
    assert office.build().returncode == 0
    assert contents(office.site) == before


def test_what_is_no_failed_finding_cannot_be_explained(office: Office):
    record = ("--class", "recording_error", "--motivation", "x", "--by", "M-17")
    passed = office.run("findings", "explain", "PUB-1", favour(office), *record)
    assert passed.returncode == 2
    assert "did not fail" in passed.stderr
    unknown = office.run("findings", "explain", "RNK-9", favour(office), *record)
    assert unknown.returncode == 2
    assert "There is no rule" in unknown.stderr
    nowhere = office.run("explain", "A-unknown")
    assert nowhere.returncode == 2
    assert "There is no letting" in nowhere.stderr


def test_before_the_first_build_there_is_nothing_to_explain(fresh_office: Office):
    result = fresh_office.run("findings")
    assert result.returncode == 2
    assert "run 'allocation build' first" in result.stderr


def test_anyone_can_draw_the_lots_again(built_office: Office, tmp_path: Path):
    path = tmp_path / "reacties.csv"
    path.write_text("response_id;name\nR3;c\nR1;a\nR2;b\n", encoding="utf-8")
    drawn = built_office.run("draw", str(path), "--seed", "2026-11-21 7").stdout.splitlines()
    by_hand = sorted(
        ("R1", "R2", "R3"), key=lambda r: hashlib.sha256(f"2026-11-21 7:{r}".encode()).hexdigest()
    )
    assert drawn == [
        "lottery_number;response_id",
        *(f"{place};{response}" for place, response in enumerate(by_hand, start=1)),
    ]
    path.write_text("response_id\nR1\nR1\n", encoding="utf-8")
    refused = built_office.run("draw", str(path), "--seed", "x")
    assert refused.returncode == 3
    assert "row 3" in refused.stderr
    assert not refused.stdout
