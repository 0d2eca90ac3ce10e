"""The public site: what its pages say, and what can never get into them."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise, product
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pyarrow as pa
import pytest
from babel.numbers import format_currency
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.errors import ConfigError
from allocation.public import LETTINGS, PublicTable
from allocation.site.build import SiteSettings, render_site
from allocation.site.conditions import describe_bounds, describe_priority
from allocation.site.language import Language
from allocation.site.lists import LIST_LIMIT
from allocation.site.palette import (
    DARK_PANE,
    WHITE,
    contrast,
    dark_shades,
    light_shades,
    parse_colour,
)
from allocation.site.pattern import EMPTY, Html, Pattern, escaped, escaped_all
from allocation.site.places import place_slug
from allocation.site.rows import Rows
from allocation.site.search import month_files
from allocation.site.servers import FILES, HEADERS, POLICY, server_file
from allocation.tree import Finished, Tree
from allocation.vocabulary import Ordering, Outcome, code_lists

SETTINGS = SiteSettings(
    association="Woonstichting De Brink & Zonen",
    work_area="Midden-Drenthe",
    email="info@brink.example",
    phone="0593 - 12 34 56",
    website="https://brink.example/",
    base_url="https://verdeling.brink.example/",
    brand_colour="#0b5d63",
    data_until=date(2026, 11, 22),
    languages=("nl", "en"),
)

ROW: dict[str, object] = {
    "key": "lindehof-14-westerbork-0a1b2c3d",
    "street": "Lindehof",
    "house_number": "14",
    "place": "Westerbork",
    "municipality": "Midden-Drenthe",
    "neighbourhood": "Noord",
    "dwelling_type": "terraced",
    "room_count": 4,
    "floor_area_m2": Decimal("92.40"),
    "energy_label": "B",
    "bare_rent": Decimal("612.35"),
    "label": None,
    "model": "offer_model",
    "ordering": "registration_duration",
    "opens_on": date(2026, 10, 1),
    "closes_on": date(2026, 10, 8),
    "min_household_size": 2,
    "max_household_size": 5,
    "min_age": None,
    "max_age": None,
    "min_income": None,
    "max_income": Decimal("56910.00"),
    "priority_order": "local_connection.village_connection",
    "response_count": 1183,
    "outcome": "let",
    "rank": 4,
    "registration_years": 9,
    "passed_declined": 2,
    "passed_conditions": 1,
    "passed_no_answer": 0,
    "passed_other": 0,
    "passed_no_reason": 0,
    "let_month": date(2026, 10, 1),
}
NO_LETTING: dict[str, object] = {
    "rank": None,
    "registration_years": None,
    "passed_declined": None,
    "passed_conditions": None,
    "passed_no_answer": None,
    "passed_other": None,
    "passed_no_reason": None,
    "let_month": None,
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chrome")


def table(*rows: dict[str, object]) -> PublicTable:
    ordered = sorted(rows, key=lambda row: str(row["key"]))
    return PublicTable(pa.Table.from_pylist(ordered, schema=LETTINGS))


def build(root: Path, cache: Path, *rows: dict[str, object], previous: Tree | None = None) -> Tree:
    before = Finished(previous.root, previous.files) if previous else None
    tree = Tree(root, datetime(2026, 11, 23, 3, tzinfo=UTC), before)
    render_site(table(*rows), SETTINGS, tree, cache)
    tree.finish()
    return tree


def files(root: Path) -> dict[str, bytes]:
    found = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def many(count: int, **changed: object) -> Iterator[dict[str, object]]:
    for number in range(count):
        yield ROW | {"key": f"lindehof-{number}-westerbork-{number:08x}"} | changed


@pytest.fixture
def page(tmp_path: Path, cache: Path):
    """Return a function that renders one row and gives its page."""

    def render(**changed: object) -> HTMLParser:
        root = tmp_path / f"site-{len(list(tmp_path.iterdir()))}"
        build(root, cache, ROW | changed)
        return HTMLParser((root / f"woning/{ROW['key']}.html").read_bytes())

    return render


def text_of(tree: HTMLParser, selector: str = "main") -> str:
    node = tree.css_first(selector)
    return " ".join(node.text(separator=" ").split()) if node else ""


@pytest.mark.parametrize("ordering", list(Ordering))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_state_says_its_numbers_and_only_those(page, outcome: Outcome, ordering: Ordering):
    letting = {} if outcome is Outcome.LET else NO_LETTING
    text = text_of(page(**letting, outcome=outcome.value, ordering=ordering.value))
    answer = text.partition("De woning Soort")[0]
    assert "1.183 woningzoekenden" in answer
    assert ("nummer 4" in answer) == (outcome is Outcome.LET)
    is_duration = outcome is Outcome.LET and ordering is Ordering.REGISTRATION_DURATION
    assert ("9 jaar" in answer) == is_duration
    assert ("loting" in answer) == (outcome is Outcome.LET and ordering is Ordering.LOTTERY)
    assert "€ 612,35 per maand" in text
    assert "None" not in text
    assert "%%" not in text
    assert "<" not in text
    assert text.count("Wat betekent ‘") == 1


def test_the_queue_and_the_reasons_are_told_in_full(page):
    text = text_of(page(passed_no_reason=1, passed_conditions=0))
    assert "Waarom niet nummer 1, 2 en 3?" in text
    assert "2 kandidaten wilden de woning niet." in text
    assert "Bij 1 kandidaat is geen reden vastgelegd." in text
    assert "nog 1.179 anderen" in text
    assert "voldeed" not in text


def test_missing_reasons_are_never_passed_over_in_silence(page):
    assert "Van 3 kandidaten die ervoor stonden" in text_of(
        page(passed_declined=0, passed_conditions=0)
    )
    unknown = {name: None for name in NO_LETTING if name.startswith("passed_")}
    assert "Waarom zij de woning niet kregen, is niet vastgelegd." in text_of(page(**unknown))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"response_count": 1, "rank": 1}, "1 woningzoekende reageerde."),
        ({"response_count": None}, "Hoeveel woningzoekenden reageerden, is niet vastgelegd."),
        ({"response_count": 0, **NO_LETTING, "outcome": "not_let"}, "Er kwamen geen reacties ."),
        ({"response_count": 0, **NO_LETTING, "outcome": "open"}, "Er zijn nog geen reacties ."),
        ({"response_count": 1, **NO_LETTING, "outcome": "open"}, "Tot nu toe reageerde 1 won"),
        ({"registration_years": 0}, "stond nog geen jaar ingeschreven"),
        ({"rank": None}, "Welk nummer in de rij de nieuwe huurder had, is niet vastgelegd."),
        ({"rank": 1, "passed_declined": 0, "passed_conditions": 0}, "stond vooraan in de rij."),
        ({"rank": 2, "passed_conditions": 0, "passed_declined": 1}, "Waarom niet nummer 1?"),
        ({"rank": 46, "passed_declined": 45}, "Waarom niet nummer 1 tot en met 45?"),
        ({"closes_on": None}, "vanaf 1 oktober 2026, zonder einddatum"),
        ({"closes_on": date(2099, 1, 1)}, "vanaf 1 oktober 2026, zonder einddatum"),
        ({"opens_on": date(2026, 9, 30)}, "30 september tot en met 8 oktober 2026"),
        ({"bare_rent": None}, "Kale huur niet opgegeven"),
        ({"dwelling_type": None}, "Soort woning niet opgegeven"),
        ({"room_count": None}, "Kamers niet opgegeven"),
        ({"max_household_size": 2}, "Een huishouden van 2 personen."),
        ({"priority_order": None}, "In onze gegevens staat geen voorrang."),
        ({"priority_order": "age:65>size:2"}, "mensen van 65 jaar of ouder"),
    ],
)
def test_what_is_missing_or_singular_reads_right(page, changed: dict[str, object], said: str):
    assert said in text_of(page(**changed))


def test_withdrawn_is_one_text_and_shows_no_letting(tmp_path: Path, cache: Path):
    """A row that says more than it should still gives the one fixed text."""
    bare = build(tmp_path / "bare", cache, ROW | NO_LETTING | {"outcome": "withdrawn"})
    full = build(tmp_path / "full", cache, ROW | {"outcome": "withdrawn"})
    path = f"woning/{ROW['key']}.html"
    assert (bare.root / path).read_bytes() == (full.root / path).read_bytes()
    assert "uit het aanbod" in text_of(HTMLParser((bare.root / path).read_bytes()))


def test_hostile_text_gains_no_element(tmp_path: Path, cache: Path):
    hostile = "\"'><script>alert(1)</script><img src=x onerror=1>{{ 7*7 }}%%title%% &amp; "
    names = ("street", "house_number", "place", "neighbourhood", "municipality", "label")
    plain = dict.fromkeys(names, "gewoon")
    long = hostile + "x" * 100_000
    calm = build(tmp_path / "calm", cache, ROW | plain)
    wild = build(tmp_path / "wild", cache, ROW | dict.fromkeys(names, long))

    def shape(data: bytes) -> list[tuple[str, tuple[str, ...]]]:
        nodes = HTMLParser(data).css("*")
        return [(node.tag, tuple(sorted(node.attributes))) for node in nodes]

    for path in ("index.html", "woningen/index.html", f"woning/{ROW['key']}.html"):
        calm_page, wild_page = ((tree.root / path).read_bytes() for tree in (calm, wild))
        assert shape(calm_page) == shape(wild_page)
    shown = HTMLParser((wild.root / f"woning/{ROW['key']}.html").read_bytes())
    assert hostile.strip() in shown.css_first("h1").text()
    assert len(list((wild.root / "woningen").iterdir())) == 4


@pytest.mark.parametrize(
    "key",
    ["../x", "a/b", "A", "", "a b", "x" * 201, "-a", "a-", "a--b", "a\nb", "a\n", "é", "a²", "\0"],
)
@pytest.mark.parametrize("others", [0, 2])
def test_a_key_that_is_no_file_name_is_refused(tmp_path: Path, cache: Path, key: str, others: int):
    with pytest.raises(ValueError, match="cannot be a file name"):
        build(tmp_path / "site", cache, ROW | {"key": key}, *many(others))


def test_no_text_can_break_the_lines_of_a_search_file() -> None:
    """Rows are written at once, with a text between them that is then taken out."""
    hostile = '],"\n",["\\n","'
    changed = [ROW | {"key": f"key-{at}", "neighbourhood": hostile} for at in range(3)]
    for file in month_files(Rows(table(*changed))):
        told = json.loads(file.content())
        if file.path.startswith("zoek/maand/"):
            assert [row[4] for row in told["rows"]] == [hostile] * 3
            assert file.content().count(b"\n") == 5
        else:
            assert told["neighbourhoods"] == [[hostile]]


def test_one_more_letting_changes_only_what_it_stands_on(tmp_path: Path, cache: Path):
    elsewhere = {"key": "elders-1", "place": "Elp", "closes_on": date(2026, 5, 1)}
    rows = [*many(30), ROW | elsewhere]
    first = build(tmp_path / "1", cache, *rows)
    second = build(tmp_path / "2", cache, *rows, ROW, previous=first)
    before, after = files(first.root), files(second.root)
    changed = {path for path in after if before.get(path) != after[path]}
    both = {
        f"woning/{ROW['key']}.html",
        "index.html",
        "wachttijd/index.html",
        "wachttijd/plaats/westerbork/index.html",
        "wachttijd/plaats/westerbork/terraced/index.html",
        "wachttijd/soort/terraced/index.html",
        "woningen/index.html",
        "woningen/westerbork/index.html",
        "woningen/westerbork/straat/index.html",
        "woningen/westerbork/straat/lindehof/index.html",
        "woningen/zoek/index.html",
        "woningen/2026-10/index.html",
    }
    both |= {"atom.xml", "woningen/westerbork/atom.xml"}
    once = {
        "sitemap/2026-10.xml",
        "zoek/maand/2026-10/westerbork.json",
        "zoek/maanden.json",
        "zoek/straat/0.json",
        "zoek/straten.json",
    }
    assert changed == both | {f"en/{path}" for path in both} | once
    assert not before.keys() - after.keys()
    assert second.written == len(changed)


def test_pages_made_together_are_those_made_one_by_one(tmp_path: Path, cache: Path):
    rows = []
    for number, (outcome, ordering) in enumerate(product(Outcome, Ordering)):
        key = f"lindehof-{number}-westerbork-{number:08x}"
        let = {} if outcome is Outcome.LET else NO_LETTING
        own = {
            "key": key,
            "street": ("Lindehof", "'t Hof & Co", "Brink")[number % 3],
            "house_number": None if number == 7 else str(number),
            "dwelling_type": None if number % 7 == 3 else "terraced",
            "bare_rent": None if number % 5 == 4 else Decimal(500 + number),
            "response_count": None if number == 2 else number * 7,
            "outcome": outcome,
            "ordering": ordering,
            "closes_on": None if number % 4 == 1 else date(2026, 10, 8 + number % 9),
        }
        rows.append(ROW | own | {"rank": number % 4 or None} | let)
    build(tmp_path / "together", cache, *rows)
    for row in rows[::4]:
        build(tmp_path / str(row["key"]), cache, row)
        for page in (f"woning/{row['key']}.html", f"en/woning/{row['key']}.html"):
            alone = (tmp_path / str(row["key"]) / page).read_bytes()
            assert (tmp_path / "together" / page).read_bytes() == alone


def test_many_are_filled_as_each_by_itself():
    pattern = Pattern("<p>%%a%%</p>%%b%%%%a%%", ("a", "b"))
    columns = ([Html(b"1"), Html(b"")], [Html(b"%%a%%"), Html(b"2")])
    assert list(pattern.fill_all(columns)) == [b"<p>1</p>%%a%%1", b"<p></p>2"]
    assert list(Pattern("none", ("a",)).fill_all([[EMPTY, EMPTY]])) == [b"none", b"none"]
    with pytest.raises(ValueError, match="equally long"):
        pattern.fill_all([[EMPTY], []])


@pytest.mark.parametrize(
    "texts", [[], ["Lindehof 14"], ["'t Hof <1>", "", "Brink"], ["a\0b", "c"], ["&\0", "\0"]]
)
def test_texts_escaped_together_are_those_escaped_one_by_one(texts: list[str]):
    assert escaped_all(texts) == [escaped(text) for text in texts]


def test_the_same_rows_give_the_same_bytes_and_take_over_every_page(tmp_path: Path, cache: Path):
    rows = list(many(25))
    first = build(tmp_path / "1", cache, *rows)
    second = build(tmp_path / "2", tmp_path / "new-cache", *rows)
    third = build(tmp_path / "3", cache, *rows, previous=first)
    assert files(first.root) == files(second.root) == files(third.root)
    assert third.written == 0
    assert dict(third.files.items()) == dict(first.files.items())


def test_no_date_however_odd_keeps_a_dwelling_off_the_lists(tmp_path: Path, cache: Path):
    odd = [date(1969, 12, 31), date(1970, 1, 1), date(1900, 1, 1), date(2099, 12, 31)]
    dated = [
        row | {"opens_on": day, "closes_on": None}
        for row, day in zip(many(len(odd)), odd, strict=True)
    ]
    root = tmp_path / "site"
    build(root, cache, *dated)
    for row, day in zip(dated, odd, strict=True):
        month = (root / f"woningen/{day:%Y-%m}/index.html").read_text(encoding="utf-8")
        assert str(row["key"]) in month
        assert str(row["key"]) in (root / f"sitemap/{day:%Y-%m}.xml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> dict[str, bytes]:
    outcomes = [
        ROW | NO_LETTING | {"outcome": outcome.value, "key": f"staat-{number}"}
        for number, outcome in enumerate(Outcome)
        if outcome is not Outcome.LET
    ]
    spread = [
        row | {"place": place, "closes_on": date(2026, 1 + number % 9, 8), "key": f"{row['key']}-x"}
        for number, (row, place) in enumerate(
            zip(many(60), ["Elp", "Beilen", "'s-Gravenzande"] * 20, strict=True)
        )
    ]
    root = tmp_path_factory.mktemp("site") / "tree"
    build(root, cache, ROW, *outcomes, *spread)
    return files(root)


def links(data: bytes) -> list[str]:
    nodes = HTMLParser(data).css("[href],[src]")
    found = [node.attributes.get("href") or node.attributes.get("src") for node in nodes]
    return [link for link in found if link]


def test_every_internal_link_leads_to_a_file(site: dict[str, bytes]):
    for path, data in site.items():
        if not path.endswith(".html"):
            continue
        ids = {node.attributes["id"] for node in HTMLParser(data).css("[id]")}
        for link in links(data):
            parts = urlsplit(link)
            if parts.scheme:
                continue
            if not parts.path:
                assert parts.fragment in ids, (path, link)
                continue
            target = urlsplit(urljoin(SETTINGS.base_url + path, link)).path.lstrip("/")
            target = target + "index.html" if target == "" or target.endswith("/") else target
            if target.startswith(("data/", "rapporten/", "log/")):
                continue  # written by the open data, the reports and the log, not by the site
            assert target in site, (path, link)
            if parts.fragment:
                assert f'id="{parts.fragment}"'.encode() in site[target], (path, link)


def test_no_page_asks_another_server_for_anything(site: dict[str, bytes]):
    for path, data in site.items():
        for link in links(data) if path.endswith(".html") else []:
            parts = urlsplit(link)
            assert parts.scheme in {"", "mailto", "tel"} or link.startswith(
                (SETTINGS.base_url, SETTINGS.website)
            ), (path, link)
        assert b"url(" not in data
        assert b"@import" not in data


def test_pages_suit_a_strict_content_security_policy(site: dict[str, bytes]):
    for path, data in site.items():
        if path.endswith(".html"):
            tree = HTMLParser(data)
            assert not tree.css("style, [style], iframe"), path
            for script in tree.css("script"):
                is_data = script.attributes.get("type") == "application/ld+json"
                own = (script.attributes.get("src") or "").endswith("zoek.js")
                assert is_data or (own and not script.text()), path
            names = {name for node in tree.css("*") for name in node.attributes}
            assert not {name for name in names if name.startswith("on")}, path


def test_every_page_has_the_parts_that_a_reader_needs(site: dict[str, bytes]):
    for path, data in site.items():
        if not path.endswith(".html"):
            continue
        tree = HTMLParser(data)
        language = "en" if path.startswith("en/") else "nl"
        assert tree.css_first("html").attributes["lang"] == language, path
        assert len(tree.css("h1")) == 1, path
        assert tree.css_first("a.skip").attributes["href"] == "#inhoud", path
        assert tree.css_first("main#inhoud"), path
        assert tree.css_first("title").text().endswith(SETTINGS.association), path
        assert b"%%" not in data, path
        assert b"&lt;" not in data, (path, "HTML of ours was escaped")
        levels = [int(node.tag[1]) for node in tree.css("h1,h2,h3")]
        assert all(b - a <= 1 for a, b in pairwise(levels)), path
        for list_table in tree.css("table.list"):
            assert list_table.css_first("caption"), path
            assert all("scope" in node.attributes for node in list_table.css("th")), path


def test_no_dwelling_page_or_list_tells_how_fresh_the_data_are(site: dict[str, bytes]):
    fresh = b"22 november 2026"
    assert {path for path, data in site.items() if fresh in data} == {"index.html"}
    assert {path for path, data in site.items() if b"22 November 2026" in data} == {"en/index.html"}


def test_a_dwelling_page_links_to_no_other_dwelling_and_stays_small(site: dict[str, bytes]):
    pages = {path: data for path, data in site.items() if path.startswith("woning/")}
    assert len(pages) == 65
    for path, data in pages.items():
        others = [link for link in links(data) if "woning/" in link and not link.endswith(path)]
        assert not others, path
        assert len(data) + len(site["style.css"]) <= 30_000, path


def test_the_sitemap_names_every_page_once(site: dict[str, bytes]):
    index = re.findall(r"<loc>(.*?)</loc>", site["sitemap.xml"].decode())
    parts = [site[address.removeprefix(SETTINGS.base_url)] for address in index]
    named = [a for part in parts for a in re.findall(r"<loc>(.*?)</loc>", part.decode())]
    pages = {path for path in site if path.endswith(".html") and not path.endswith("404.html")}
    assert sorted(named) == sorted(
        SETTINGS.base_url + re.sub(r"(^|/)index\.html$", r"\1", path) for path in pages
    )
    assert b"lastmod" not in b"".join(parts)
    assert f"Sitemap: {SETTINGS.base_url}sitemap.xml".encode() in site["robots.txt"]


def test_nothing_of_the_theme_is_left(site: dict[str, bytes]):
    folders = {path.partition("/")[0] for path in site}
    assert not folders & {"assets", "search", "shell", "stylesheets"}
    assert {path for path in site if path.endswith(".js")} == {"zoek.js"}
    assert all("zoek/" in path for path in site if path.endswith(".json"))
    assert not [path for path in site if path.endswith(".map")]


def test_lists_stay_bounded_and_hold_every_dwelling(tmp_path: Path, cache: Path):
    rows = list(many(LIST_LIMIT + 300))
    for number, row in enumerate(rows):
        row["street"] = f"{string.ascii_uppercase[number % 3]}straat"
    root = build(tmp_path / "site", cache, *rows).root
    listed: dict[bool, list[str]] = {True: [], False: []}
    for path in (root / "woningen").rglob("index.html"):
        found = HTMLParser(path.read_bytes()).css("table.list tbody tr")
        assert len(found) <= LIST_LIMIT
        keys = [row.css_first("a").attributes["href"].rpartition("/")[2] for row in found]
        listed["straat" in path.parts] += keys
    for kind in listed.values():
        assert sorted(kind) == sorted(f"{row['key']}.html" for row in rows)


def test_an_empty_table_gives_a_whole_site(tmp_path: Path, cache: Path):
    root = build(tmp_path / "site", cache).root
    text = text_of(HTMLParser((root / "index.html").read_bytes()))
    assert "Te weinig woningen om iets te zeggen" in text
    assert "Er zijn nog geen uitkomsten." in text


def test_the_three_figures_come_from_the_last_twelve_months(tmp_path: Path, cache: Path):
    recent = list(many(10))
    for number, row in enumerate(recent):
        row["response_count"] = 10 * number
    old = ROW | {"key": "oud-1", "let_month": date(2025, 11, 1), "response_count": 9999}
    edge = ROW | {"key": "rand-1", "let_month": date(2025, 12, 1), "response_count": 1000}
    root = build(tmp_path / "site", cache, *recent, old, edge).root
    text = text_of(HTMLParser((root / "index.html").read_bytes()), ".figures")
    assert "11 woningen" in text
    assert "50 in het midden" in text
    assert "9 jaar in het midden" in text


def test_money_reads_as_babel_writes_it():
    language = Language("nl")
    for amount in ("0.00", "612.35", "999.99", "1234.50", "1234567.89"):
        value = Decimal(amount)
        assert language.money(value) == format_currency(value, "EUR", locale="nl")
    assert language.money(Decimal("56910.00")) == "€\u00a056.910"


def test_every_priority_of_the_code_list_has_words():
    language = Language("nl")
    general = describe_priority(language, "iets_anders")
    for kind in code_lists()["priority_kind"]:
        assert describe_priority(language, kind) != general
    for detail in code_lists()["priority_detail"]:
        if detail != "none":
            found = describe_priority(language, f"urgency.{detail}")
            assert found not in (general, describe_priority(language, "urgency")), detail
    assert describe_priority(language, "none") == ()


def test_conditions_read_right():
    language = Language("nl")
    none = (None, None)
    assert describe_bounds(language, (1, 1), (18, None), none) == (
        "Een huishouden van 1 persoon.",
        "18 jaar of ouder.",
    )
    assert describe_bounds(language, none, (18, 27), (Decimal(0), Decimal("49669"))) == (
        "18 tot en met 27 jaar oud.",
        "Een inkomen van het huishouden van €\u00a00,00 tot en met €\u00a049.669 per jaar.",
    )
    assert describe_bounds(language, none, none, none) == ()


@pytest.mark.parametrize(
    ("place", "slug"),
    [
        ("Westerbork", "westerbork"),
        ("'s-Gravenzande", "s-gravenzande"),
        ("Súdwest-Fryslân", "sudwest-fryslan"),
        ("2026-10", "plaats-2026-10"),
        ("../..", "plaats"),
        ("東京", "plaats"),
    ],
)
def test_a_place_becomes_a_safe_folder(place: str, slug: str):
    assert place_slug(place) == slug


@pytest.mark.parametrize(
    "colour", ["#000000", "#ffffff", "#ffff00", "#0b5d63", "#ff0000", "#808080", "#00ffee"]
)
def test_any_brand_colour_stays_readable(colour: str):
    light, dark = light_shades(parse_colour(colour)), dark_shades(parse_colour(colour))
    for shades, surface in ((light, WHITE), (dark, DARK_PANE)):
        for text in (shades.brand, shades.strong):
            assert contrast(text, surface) >= 4.5
            assert contrast(text, shades.tint) >= 4.5
        assert contrast(shades.on_brand, shades.brand) >= 4.5


def test_a_brand_colour_that_cannot_be_read_is_refused_at_the_build(
    tmp_path: Path, cache: Path
) -> None:
    tree = Tree(tmp_path / "site", datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(ConfigError, match="brand_colour"):
        render_site(table(ROW), replace(SETTINGS, brand_colour="#ffe066"), tree, cache)


def test_the_header_files_carry_the_policy_and_no_slot() -> None:
    assert "unsafe" not in POLICY
    for name in FILES:
        text = server_file(name)
        assert POLICY in text
        assert "%%" not in text
        assert all(key in text for key, _ in HEADERS)


def test_a_site_in_dutch_alone_knows_no_english(tmp_path: Path, cache: Path) -> None:
    tree = Tree(tmp_path / "site", datetime(2026, 11, 23, tzinfo=UTC))
    render_site(table(ROW), replace(SETTINGS, languages=("nl",)), tree, cache)
    found = files(tmp_path / "site")
    assert not [path for path in found if path.startswith("en/")]
    assert b"hreflang" not in found["index.html"]
