"""The audit over the files themselves: site, open data, and the reports of every period.

Everything that is said of numbers that are not public is read from the
finished files, must be the same wherever it is said, and is audited together.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.config import read_config
from allocation.periods import Period
from allocation.pipeline import Checked, check_night
from allocation.reporting import Reporter, SignOff
from allocation.reports.audience import Audience
from allocation.reports.html import html_page
from allocation.reports.words import GROUNDS
from allocation.sample import write_sample
from tests.functional.office import NIGHT, Office
from tests.output_audit import Norm, Said, World, audit

MET = {
    "gehaald": True, "Gehaald": True, "niet gehaald": False, "Niet gehaald": False,
    "niet te zeggen": None, "Niet te zeggen": None, "Met": True, "Not met": False,
    "Cannot be said": None,
}  # fmt: skip
PERIODS = [
    Period(year, quarter) for year in (2024, 2025, 2026) for quarter in (None, 1, 2, 3, 4)
]  # fmt: skip


SIZES = [
    (1200, 2),
    *(pytest.param(more, marks=pytest.mark.nightly) for more in ((450, 7), (4000, 3))),
]
"""Dwellings and seed."""


@pytest.fixture(scope="module", params=SIZES, ids=str)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("audit") / "office"
    dwellings, seed = request.param
    write_sample(
        folder, dwellings=dwellings, responses_per_dwelling=1, seed=seed, file_format="csv",
        nights=1,
    )  # fmt: skip
    made = Office(folder)
    result = made.build()
    assert result.returncode == 0, result.stderr
    return made


def test_nothing_can_be_worked_out_from_all_files_together(office: Office) -> None:
    checked = check_night(
        read_config(office.folder / "allocation.toml"), date.fromisoformat(NIGHT), lambda _: None
    )
    years, norms = open_data(office.site / "data")
    grounds = reports_agree(office, years, norms)
    site_agrees(office.site, years, norms)
    found = audit(World(true_grounds(office), list(true_norms(checked)), years, norms, grounds))
    hidden = [left for left in found if left.hidden and left.room >= 10]
    print(
        f"{len(found)} numbers, {len(hidden)} hidden or under ten, fewest values left "
        f"{min(left.values for left in hidden)}, "
        f"{sum(left.values == 1 for left in found)} exact"
    )
    assert [left for left in found if not left.holds] == []
    assert min(left.values for left in hidden) >= 10
    assert {left.name.split()[0] for left in found} >= {"withheld", "NRM-1", "status_holder"}


def open_data(folder: Path) -> tuple[dict[int, int | None], dict[str, Said]]:
    with (folder / "jaarcijfers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    met = {"true": True, "false": False, "": None}
    years, norms = {}, {}
    for row in rows:
        first, last = int(row["first_year"]), int(row["last_year"])
        if row["statement"] == "withheld":
            years[first] = int(row["lettings"]) if row["lettings"] else None
        else:
            name = f"{row['statement']} {'+'.join(str(y) for y in range(first, last + 1))}"
            share = int(row["share_percent"]) if row["share_percent"] else None
            norms[name] = met[row["met"]], share
    assert years
    assert norms
    return years, norms


def reports_agree(
    office: Office, years: dict[int, int | None], norms: dict[str, Said]
) -> dict[int, dict[str, int | None]]:
    """Require that every report says what the open data say; return the grounds."""
    reporter = Reporter(read_config(office.folder / "allocation.toml"))
    grounds: dict[int, dict[str, int | None]] = {}
    for period in PERIODS:
        for audience in (Audience.PUBLIC, Audience.ASSOCIATION):
            page = HTMLParser(html_page(reporter.report(period, audience, SignOff()), "#0b5d63"))
            told = {caption: rows for caption, _, rows in tables(page)}
            for year, said in told.get("Niet op de site, per jaar", []):
                assert number(said) == years[int(year)]
            for rule, over, _, share, met in told.get("Normen", []):
                name = f"{rule.split()[0]} {over.replace(' en ', '+')}"
                assert (MET[met], number(share)) == norms[name]
            for year, ground, count in grounds_of(page):
                assert grounds.setdefault(year, {}).setdefault(ground, count) == count
            assert audience is Audience.ASSOCIATION or not list(grounds_of(page))
    assert set(grounds) == set(years)
    return grounds


def grounds_of(page: HTMLParser) -> Iterator[tuple[int, str, int | None]]:
    codes = {words: code for code, words in GROUNDS.items()}
    for caption, (_, *years), rows in tables(page):
        if caption == "Verhuringen die niet op de site staan":
            for ground, *counts in rows:
                for year, count in zip(years, counts, strict=True):
                    yield int(year), codes[ground], number(count)


def site_agrees(site: Path, years: dict[int, int | None], norms: dict[str, Said]) -> None:
    """Require that the figures page says what the open data say, in both languages."""
    for language in ("", "en/"):
        page = HTMLParser((site / language / "cijfers/index.html").read_text(encoding="utf-8"))
        told = {
            int(row[0]): number(row[1])
            for _, columns, rows in tables(page)
            if len(columns) == 2
            for row in rows
            if row[0].isdigit()
        }
        assert told == years
        said = []
        for line in page.css("div.card p.norm"):
            over, verdict, share = [" ".join(part.text().split()) for part in line.css("b, span")]
            span = "+".join(re.findall(r"\d{4}", over))
            said.append((span, MET[verdict], number(share)))
        assert sorted(said, key=str) == sorted(
            ((name.split()[1], *values) for name, values in norms.items()), key=str
        )


def tables(page: HTMLParser) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    for table in page.css("table"):
        lines = [
            [" ".join(cell.text().split()) for cell in row.css("th,td")] for row in table.css("tr")
        ]
        caption = table.css_first("caption")
        yield (caption.text() if caption else ""), lines[0], lines[1:]


def number(text: str) -> int | None:
    found = re.fullmatch(r"(?:ongeveer|about) ([\d.,]+)(?:\s*%)?(?:: .+)?", text)
    return int(re.sub(r"\D", "", found[1])) if found else None


def true_grounds(office: Office) -> dict[int, dict[str, int]]:
    facts = json.loads((office.folder / "state/inner-facts.json").read_text(encoding="utf-8"))
    counts: dict[int, dict[str, int]] = {}
    for row in facts["allocated"]:
        if row["ground"] and row["tenure"] == "let" and row["dwelling"]:
            of_year = counts.setdefault(row["year"], {})
            of_year[row["ground"]] = of_year.get(row["ground"], 0) + row["count"]
    return counts


def true_norms(checked: Checked) -> Iterator[Norm]:
    public = {(n.rule, n.last_year): n for n in checked.judgement.public_norms}
    for norm in checked.judgement.norms:
        shown = public.get((norm.rule, norm.last_year))
        of_year = {y: (c, d) for y, c, d in shown.by_year} if shown else {}
        parts = [(of_year.get(y, (0, 0)), (c, d)) for y, c, d in norm.by_year]
        yield Norm(
            norm.rule,
            tuple(y for y, _, _ in norm.by_year),
            Decimal(norm.target),
            norm.at_most,
            tuple(shown for shown, _ in parts),
            tuple((c - a, d - b) for (a, b), (c, d) in parts),
        )
