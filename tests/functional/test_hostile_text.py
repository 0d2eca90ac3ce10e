"""Texts of an export that want to be more than text: no page, table or file name gives in."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.config import Association, Config, Engine, Paths, Publication, Reading
from allocation.pipeline import build_night

NIGHT = date(2026, 11, 22)
BASE_URL = "http://localhost:8000/"

HTML = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<body onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<form action=//evil.example><input name=q>",
    "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE x>", "<?php echo 1 ?>",
    "</td></tr></table><h1>x</h1>", "</main></body></html>", "</title><script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>", "<SCRIPT SRC=//evil.example></SCRIPT>",
    "<details open ontoggle=alert(1)>", "<template><img src=x onerror=alert(1)></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<plaintext>", "<textarea>",
    "<a name=x id=x>", "<p hidden>", "<dialog open>", "<object data=//evil.example>",
    "< b >x< /b >",
)  # fmt: skip
ATTRIBUTES = (
    '" onmouseover="alert(1)', "' onmouseover='alert(1)", '" autofocus onfocus=alert(1) x="',
    '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", "` onclick=alert(1) `",
    '" style="position:fixed', "\" href=\"javascript:alert(1)", "x' y=\"z", "&quot; onclick=&quot;",
)  # fmt: skip
ADDRESSES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<b>x",
    "vbscript:x", "//evil.example", "https://evil.example", "mailto:x@evil.example",
    "file:///etc/passwd", "\\\\evil.example\\share",
)  # fmt: skip
TEMPLATES = (
    "{{ 7*7 }}", "{% for x in () %}", "{# x #}", "${7*7}", "<%= 7*7 %>", "#{7*7}", "%%root%%",
    "{{ config }}", "{0}", "{key}", "%(name)s", "%s", "$association", "[[ 7*7 ]]", "{{'a'|safe}}",
    "%%base_url%%",
)  # fmt: skip
MARKDOWN = (
    "[x](javascript:alert(1))", "![x](x)", "# Kop", "**vet**", "`code`", "```", "| a | b |", "---",
    "> citaat", "<https://evil.example>", "[^1]", ":material-x:", "{: onclick=alert(1) }", "* * *",
)  # fmt: skip
SIGNS = (
    "\u202eretaW", "\u2066x\u2069", "\u200fx", "\u061cx", "a\u200bb", "a\u200db", "\ufeffx",
    "a\u00adb", "\u2028x", "a\u0301\u0302\u0303", "\U000e0041x", "ﬁ", "\u0130", "A\u030a",
    "\ud7ff", "\uffff", "𝕏", "👩‍👩‍👧", "\u3164", "\u115f",
)  # fmt: skip
FORMULAS = (
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", " =1+1",
    "=HYPERLINK(\"//evil.example\")", "＝1+1", "＋1", "－1", "＠x", "'=1", "\"=1", ";=1+1", ",=1+1",
    "\n=1+1", "%0A=1+1", "=\"\"",
)  # fmt: skip
PATHS = (
    "../../etc/passwd", "..\\..\\x", "/etc/passwd", "./x", "CON", "nul.txt", "x/../../y", "a/b",
    "a\\b", "%2e%2e%2f", "..%2f", "index.html", "404.html", ".htaccess", "~", "x:y", "x|y", "x*y",
    "x?y", "x#y", "x%00y", "-rf", "$(id)", "`id`", "; rm -rf /", "&& id", "'; DROP TABLE x; --",
    "\" OR 1=1", "woning", "data",
)  # fmt: skip
LONG = ("A" * 100_000, "<b>" * 33_000, "ä" * 50_000, "a b " * 25_000, "=" * 100_000, "&" * 100_000)

BASES = (*HTML, *ATTRIBUTES, *ADDRESSES, *TEMPLATES, *MARKDOWN, *SIGNS, *FORMULAS, *PATHS)
SHAPES = ("{}", "Kerkstraat {}", "{}straat", "&lt;{}&gt;")


def payloads() -> list[str]:
    """Return every base in several shapes, and the long ones once."""
    shaped = [shape.replace("{}", base) for shape, base in itertools.product(SHAPES, BASES)]
    return [*dict.fromkeys(shaped), *LONG]


PAYLOADS = payloads()
NAMES = (
    "dwelling_id", "street", "house_number", "house_letter", "house_number_addition", "postcode",
    "place", "municipality", "neighbourhood", "dwelling_type", "room_count", "floor_area_m2",
    "energy_label", "bare_rent", "daeb",
)  # fmt: skip


def build(folder: Path, texts: list[str]) -> Path:
    """Build a site in which every text of a dwelling is one of ``texts``; return its root."""
    night = folder / "exports" / str(NIGHT)
    night.mkdir(parents=True)
    config = Config(
        association=Association(name="Het Heem", work_area="Drenthe", email="a@example.nl"),
        paths=Paths(exports=folder / "exports", public=folder / "public", state=folder / "state"),
        reading=Reading(require_manifest=False, max_quarantined_share=1),
        publication=Publication(release_day="daily"),
        engine=Engine(threads=1, memory_limit="2GB"),
    )
    dwellings = [
        dict.fromkeys(NAMES, "")
        | {"dwelling_id": f"VHE-{i:06d}", "street": text, "house_number": str(i % 900 + 1)}
        | {"place": text if i % 3 == 0 else "Elp", "municipality": text, "neighbourhood": text}
        | {"house_number_addition": text[:40] if i % 5 == 0 else ""}
        for i, text in enumerate(texts)
    ]
    adverts = [
        {
            "publication_id": f"P-{i:06d}",
            "dwelling_id": f"VHE-{i:06d}",
            "model": "offer_model",
            "ordering": "lottery",
            "opens_at": "2026-11-01T09:00:00",
            "closes_at": "2026-11-08T09:00:00",
            "status": "completed",
            "detail_status": "no_allocation",
            "label": text,
        }
        for i, text in enumerate(texts)
    ]
    for name, rows in (("dwellings", dwellings), ("publications", adverts)):
        with (night / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";", quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)
    build_night(config, NIGHT, lambda stage: None)
    return folder / "public" / "current"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("hostile"), PAYLOADS)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same site, every text replaced by a harmless one."""
    texts = [f"Laan {i:04d}" for i in range(len(PAYLOADS))]
    return build(tmp_path_factory.mktemp("harmless"), texts)


def skeleton(page: Path) -> Counter[tuple[str, ...]]:
    """Return how often each element with its attributes stands in a page."""
    tree = HTMLParser(page.read_text(encoding="utf-8"))
    return Counter(
        (node.tag, *sorted(node.attributes))
        for node in tree.css("*")
        if not node.tag.startswith("-")
    )


def addresses(page: Path) -> Iterator[str]:
    for node in HTMLParser(page.read_text(encoding="utf-8")).css("[href], [src], [action]"):
        for name in ("href", "src", "action"):
            if node.attributes.get(name) is not None:
                address = str(node.attributes[name]).removeprefix(BASE_URL)
                yield re.sub(r"\?subject=[a-z0-9-]+$", "", address)


def test_there_are_payloads_enough() -> None:
    assert len(PAYLOADS) >= 400


def test_no_page_gains_an_element_a_handler_or_a_link(hostile: Path, harmless: Path) -> None:
    usual = Counter[tuple[str, ...]]()
    for page in (harmless / "woning").glob("*.html"):
        usual |= skeleton(page)
    linked = {a for page in (harmless / "woning").glob("*.html") for a in addresses(page)}
    outside = {a for a in linked if ":" in a or a.startswith("//")}
    pages = sorted((hostile / "woning").glob("*.html"))
    assert len(pages) >= 400
    for page in pages:
        more = skeleton(page) - usual
        assert not more, f"{page.name}: {more}"
        for address in addresses(page):
            known = address in outside or re.fullmatch(r"[a-z0-9./_#-]*", address)
            assert known, f"{page.name}: {address[:80]!r}"


def test_no_list_gains_a_handler_or_a_foreign_link(hostile: Path, harmless: Path) -> None:
    kinds = {kind for page in harmless.rglob("*.html") for kind in skeleton(page)}
    linked = {a for page in harmless.rglob("*.html") for a in addresses(page)}
    outside = {a for a in linked if ":" in a or a.startswith("//")}
    for page in sorted(hostile.rglob("*.html")):
        foreign = skeleton(page).keys() - kinds
        assert not foreign, f"{page}: {foreign}"
        for address in addresses(page):
            known = address in outside or re.fullmatch(r"[a-zA-Z0-9./_#?=&%+-]*", address)
            assert known, f"{page}: {address[:80]!r}"


def test_no_text_turns_around_or_hides(hostile: Path) -> None:
    """Signs that change the direction of a text, or that nobody sees, do not come through."""
    signs = re.compile(
        "[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c\ufeff\U000e0000-\U000e007f]"
    )
    for path in sorted(hostile.rglob("*")):
        if path.suffix in {".html", ".csv", ".json", ".xml", ".txt", ".jsonld"}:
            text = path.read_text(encoding="utf-8")
            found = signs.search(text.removeprefix("\ufeff"))
            assert found is None, f"{path.name}: U+{ord(found[0]):04X}"


def test_no_cell_of_a_table_starts_a_formula(hostile: Path) -> None:
    number = re.compile(r"-?[0-9]+([.,][0-9]+)?")
    cells = 0
    for path in sorted(hostile.rglob("*.csv")):
        text = path.read_text(encoding="utf-8-sig")
        dialect = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t")
        csv.field_size_limit(1_000_000)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter):
            for cell in row:
                cells += 1
                harmful = cell[:1] in "=+-@\t\r\n＝＋－＠" and cell != ""
                assert not harmful or number.fullmatch(cell), f"{path.name}: {cell[:40]!r}"
    assert cells > 5000


def test_every_json_file_can_be_read(hostile: Path) -> None:
    for path in sorted([*hostile.rglob("*.json"), *hostile.rglob("*.jsonld")]):
        json.loads(path.read_text(encoding="utf-8"))


def test_file_names_come_only_from_keys(hostile: Path, harmless: Path) -> None:
    usual = {str(path.relative_to(harmless.resolve())) for path in harmless.resolve().rglob("*")}
    for path in sorted(hostile.resolve().rglob("*")):
        name = str(path.relative_to(hostile.resolve()))
        own = re.fullmatch(r"[a-z0-9-]{1,120}(\.html|\.json)?|atom\.xml", path.name)
        assert name in usual or own, name


def test_nothing_is_evaluated(hostile: Path) -> None:
    for page in sorted(hostile.rglob("*.html")):
        assert ">49<" not in page.read_text(encoding="utf-8"), page.name
