"""The checks, the rules as they run, the figures and the waiting times on the public site."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.public import (
    LETTINGS,
    Catalogue,
    Check,
    NormStatement,
    PublicRule,
    PublicTable,
    SharedTable,
    Statements,
    YearStatement,
    write_checks,
)
from allocation.site.build import render_site
from allocation.site.checks import explanation_words, result_words
from allocation.site.language import Language
from allocation.site.waiting import Middle, middle_of
from allocation.tree import Tree
from allocation.vocabulary import CheckResult, Explanation
from tests.unit.test_site import NO_LETTING, ROW, SETTINGS


def rule(name: str, **changed: object) -> PublicRule:
    facts: dict[str, object] = {
        "id": name,
        "title_nl": f"Titel van {name}",
        "title_en": f"Title of {name}",
        "explanation_nl": "Zo zit het.",
        "explanation_en": "This is how it is.",
        "basis_nl": "Woningwet",
        "basis_en": "Housing Act",
        "severity": "breach",
        "in_force_from": date(2015, 7, 1),
        "in_force_until": None,
        "sql": "SELECT a.x FROM adverts AS a WHERE a.x < 3 AND a.y > '<b>'",
        "shared": ("adverts",),
    }
    return PublicRule(**(facts | changed))  # type: ignore[arg-type]


CATALOGUE = Catalogue(
    (rule("RNK-1"), rule("RNK-2"), rule("PUB-1", severity="deviation")),
    (SharedTable("adverts", "Advertenties", "Adverts", "SELECT 1 AS x"),),
)
STATEMENTS = Statements(
    (YearStatement(2024, 25), YearStatement(2025, None)),
    (
        NormStatement("NRM-2", "Sociale huur", "Social rent", "Woningwet art. 48", "HA 48",
                      2025, 2025, Decimal("92.5"), False, True, 95),
        NormStatement("NRM-4", "Lokaal", "Local", "Art. 14", "Art. 14",
                      2024, 2025, Decimal(50), True, None, None),
    ),
)  # fmt: skip
PASSED = write_checks(Check(r.id, CheckResult.PASSED) for r in CATALOGUE.rules)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chrome")


@pytest.fixture
def render(tmp_path: Path, cache: Path):
    """Return a function that renders rows with the catalogue and gives a page by path."""
    made: list[Path] = []

    def of(*rows: dict[str, object], catalogue: Catalogue = CATALOGUE):
        root = tmp_path / f"site-{len(made)}"
        made.append(root)
        ordered = sorted(rows, key=lambda row: str(row["key"]))
        table = PublicTable(pa.Table.from_pylist(ordered, schema=LETTINGS))
        tree = Tree(root, datetime(2026, 11, 23, 3, tzinfo=UTC))
        render_site(table, SETTINGS, tree, cache, catalogue=catalogue, statements=STATEMENTS)
        tree.finish()
        return root

    return of


def text(root: Path, path: str, selector: str = "main") -> str:
    node = HTMLParser((root / path).read_bytes()).css_first(selector)
    assert node is not None, (path, selector)
    return " ".join(node.text(separator=" ").split())


DWELLING = f"woning/{ROW['key']}.html"


def checked(*checks: Check) -> dict[str, object]:
    return ROW | {"checks": write_checks(checks)}


@pytest.mark.parametrize("result", list(CheckResult))
def test_every_result_is_told_on_the_dwelling_and_counted_on_its_rule(
    render, result: CheckResult
) -> None:
    failed = result in {
        CheckResult.IN_TREATMENT,
        CheckResult.EXPLAINED,
        CheckResult.UNEXPLAINED,
    }
    since = date(2026, 3, 2) if failed else None
    why = Explanation.MISTAKE_STANDS if result is CheckResult.EXPLAINED else None
    row = checked(Check("RNK-2", result, since, why), Check("RNK-1", CheckResult.PASSED))
    root = render(row)
    page = HTMLParser((root / DWELLING).read_bytes())
    link = page.css_first("#controles a[href='../zo-verdelen-wij/regels/rnk-2/']")
    assert link is not None
    assert link.text() == "Titel van RNK-2"
    told = text(root, DWELLING, "#controles")
    words = {
        CheckResult.PASSED: "In orde",
        CheckResult.NOT_APPLICABLE: "Niet van toepassing",
        CheckResult.CANNOT_TELL: "Niet vast te stellen",
        CheckResult.IN_TREATMENT: "in behandeling sinds 2 maart 2026",
        CheckResult.EXPLAINED: explanation_words(Language("nl"))[Explanation.MISTAKE_STANDS],
        CheckResult.UNEXPLAINED: "Afwijking, niet toegelicht.",
    }
    assert words[result] in told
    assert (f"tag {result}" in (page.css_first("p.sub").html or "")) == failed
    counts = HTMLParser((root / "zo-verdelen-wij/regels/rnk-2/index.html").read_bytes())
    found = {r.css_first("th").text(): r.css_first("td").text() for r in counts.css(".plain tr")
             if r.css_first("td")}  # fmt: skip
    label = result_words(Language("nl"))[result]
    assert found.pop(label) == "1"
    assert set(found.values()) == {"0"}
    listed = f"../../../{DWELLING}" in (counts.html or "")
    assert listed == failed


def test_a_letting_that_was_not_checked_says_so(render) -> None:
    assert "nog niet nagerekend" in text(render(ROW), DWELLING, "#controles")


def test_without_rules_nothing_is_said_of_checks(render) -> None:
    root = render(ROW, catalogue=Catalogue())
    assert HTMLParser((root / DWELLING).read_bytes()).css_first("#controles") is None
    assert "nog geen regels" in text(root, "zo-verdelen-wij/regels/index.html")


def test_a_withdrawn_advert_shows_no_checks(render) -> None:
    full = ROW | {"outcome": "withdrawn", "checks": PASSED}
    bare = ROW | NO_LETTING | {"outcome": "withdrawn"}
    assert (render(full) / DWELLING).read_bytes() == (render(bare) / DWELLING).read_bytes()


def test_a_rule_is_shown_as_it_runs(render) -> None:
    root = render(ROW)
    for code in ("", "en/"):
        path = f"{code}zo-verdelen-wij/regels/rnk-1/index.html"
        page = HTMLParser((root / path).read_bytes())
        assert page.css_first("pre").text() == CATALOGUE.rules[0].sql
        assert page.css_first("a[href='../tabellen/#adverts']") is not None
    tables = HTMLParser((root / "zo-verdelen-wij/regels/tabellen/index.html").read_bytes())
    assert tables.css_first("#adverts pre").text() == "SELECT 1 AS x"


def test_statements_stand_as_they_were_given(render) -> None:
    told = text(render(ROW), "cijfers/index.html")
    assert "Gehaald" in told
    assert "minstens 92,5 %" in told
    assert "ongeveer 95 %" in told
    assert "Niet te zeggen" in told
    assert "hoogstens 50 %" in told
    assert "2024 en 2025 samen" in told
    assert "2024 ongeveer 25" in told
    assert "2025 minder dan 10" in told


def test_deviations_are_counted_once_by_the_gravest(render) -> None:
    two = [
        Check("RNK-1", CheckResult.IN_TREATMENT, date(2026, 3, 1)),
        Check("RNK-2", CheckResult.UNEXPLAINED, date(2026, 2, 1)),
    ]
    root = render(checked(*two), ROW | {"key": "ander-1", "checks": PASSED})
    row = HTMLParser((root / "cijfers/index.html").read_bytes()).css(".plain tbody tr")[0]
    assert [cell.text().split()[0] for cell in row.css("td")] == ["2", "2", "0", "0", "1"]
    assert "Bij 1 woning op deze site" in text(root, "cijfers/afwijkingen/index.html")


def many_in(year: int, count: int, **changed: object) -> list[dict[str, object]]:
    return [
        ROW
        | {"key": f"rij-{year}-{n}", "let_month": date(year, 3, 1), "registration_years": n}
        | changed
        for n in range(count)
    ]


def test_the_comparison_is_with_the_last_finished_year_and_widens(render) -> None:
    root = render(ROW, *many_in(2025, 11))
    told = text(root, DWELLING)
    assert "Tussenwoning, Westerbork" in told
    assert "in 2025: de middelste helft van de nieuwe huurders stond 3 tot en met 8 jaar" in told
    assert "Bij deze woning 9 jaar." in told
    other = text(render(ROW, *many_in(2025, 11, place="Elp")), DWELLING)
    assert "Tussenwoning, alle plaatsen" in other
    few = text(render(ROW, *many_in(2025, 9)), DWELLING)
    assert "te weinig woningen" in few


def test_a_new_outcome_of_this_year_leaves_other_dwelling_pages_as_they_were(render) -> None:
    rows = [ROW, *many_in(2025, 11)]
    one, two = render(*rows), render(*rows, *many_in(2026, 3))
    for path in (one / "woning").iterdir():
        assert path.read_bytes() == (two / "woning" / path.name).read_bytes()


def test_waiting_pages_answer_in_words_and_in_a_table(render) -> None:
    root = render(*many_in(2025, 12))
    told = text(root, "wachttijd/plaats/westerbork/terraced/index.html")
    assert "stond 6 jaar of korter ingeschreven" in told
    assert "5 jaar 6 50 %" in told
    few = text(render(*many_in(2025, 9)), "wachttijd/plaats/westerbork/terraced/index.html")
    assert "Te weinig woningen om iets te zeggen" in few
    assert "Tussenwoning, alle plaatsen" in few


def test_the_middle_half_is_that_of_the_inclusive_method() -> None:
    assert middle_of(range(9)) is None
    assert middle_of([1] * 10) == Middle(10, 1, 1, 1)
    assert middle_of(list(range(1, 12))) == Middle(11, 4, 6, 9)
