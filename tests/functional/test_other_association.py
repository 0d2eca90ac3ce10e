"""Another association: its name, logo, colour and words everywhere, and nothing of the first.

A second fictional association, elsewhere in the country, takes the same program
with a configuration of its own.  Then every file that a visitor can get is
searched for anything of the first: its names, its places, its colour, our
standard words where it has its own, and what it chose not to show.
"""

from __future__ import annotations

import gzip
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.functional.office import EARLIER, NIGHT, Office, Row
from tests.functional.test_public_log import verify

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><title>Maas</title>'
    '<path d="M4 30q14-24 28 0t28 0" fill="none" stroke="#8a1538" stroke-width="6"/></svg>'
)
NAME = "Wonen aan de Maas & Roer"
PLACES = (
    *("Venlo", "Tegelen", "Blerick", "Belfeld", "Reuver", "Swalmen", "Roermond", "Herten"),
    *("Linne", "Thorn", "Wessem", "Heel", "Beegden", "Horn", "Haelen", "Nunhem", "Buggenum"),
    *("Neer", "Kessel", "Baarlo", "Panningen", "Maasbree", "Sevenum", "Horst", "Lottum"),
)
CONFIG = f"""
[association]
name = "{NAME}"
work_area = "Venlo en Roermond"
email = "hallo@maas.example"

[paths]
exports = "exports"
register = "register.csv"

[publication]
show_house_number = false
hidden_fields = [
    "municipality", "neighbourhood", "room_count", "floor_area_m2", "energy_label",
    "bare_rent", "label",
]

[site]
base_url = "https://maas.example/verdeling/"
brand_colour = "#8a1538"
logo = "beeld/logo.svg"
logo_holds_name = true
program_url = "https://code.maas.example/allocation/"

[texts.nl]
promise = '''
Dit beloven wij aan de Maas: <b>open</b> & eerlijk.

Het staat ook op https://maas.example/belofte.'''
complaint = "Bel mevrouw Claessens van de klachtencommissie."

[texts.en]
promise = "This is what we promise on the Meuse."
complaint = "Call Ms Claessens of the complaints committee."
"""
OF_THE_FIRST = (
    *("Het Heem", "hetheem", "0593 00 00", "0b5d63", "localhost"),
    *("Drenthe", "Aa en Hunze", "Coevorden", "Borger-Odoorn"),
    *("Westerbork", "Beilen", "Smilde", "Hooghalen", "Zweeloo"),
    *("Huurwoningen zijn schaars.", "Rented dwellings are scarce."),
    *("Vraag ons hoe dat gaat.", "Ask us how."),
    *("Dorpskern", "Woonservice"),
)
HIDDEN = (
    *("house_number", "municipality", "neighbourhood", "room_count", "floor_area_m2"),
    *("energy_label", "bare_rent", "label"),
)


@pytest.fixture(scope="module")
def other(fresh_office: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The second association, with two nights built and a report on its site."""
    office = fresh_office.copy(tmp_path_factory.mktemp("other") / "office")
    places = sorted({row["place"] for row in office.rows("dwellings")})
    moved = dict(zip(places, PLACES, strict=False))
    assert moved.keys() == set(places)

    def move(rows: list[Row]) -> list[Row]:
        return [row | {"place": moved[row["place"]], "municipality": "Venlo"} for row in rows]

    office.rewrite("dwellings", move)
    earlier = office.folder / "exports" / EARLIER
    shutil.copy(office.export("dwellings"), earlier / "dwellings.csv")
    office.sign(EARLIER)
    (office.folder / "allocation.toml").write_text(CONFIG, encoding="utf-8")
    (office.folder / "beeld").mkdir()
    (office.folder / "beeld" / "logo.svg").write_text(LOGO, encoding="utf-8")
    assert office.build(EARLIER).returncode == 0
    told = office.run("report", "--period", "2026-Q3", "--publish")
    assert told.returncode == 0, told.stderr
    built = office.build(NIGHT)
    assert built.returncode == 0, built.stderr
    return office


def texts(path: Path) -> Iterator[str]:
    """Yield everything that a file says, unpacked."""
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    if content.startswith(b"%PDF"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            try:
                yield zlib.decompress(stream).decode("utf-8", "replace")
            except zlib.error:
                continue
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        yield str(table.schema.metadata)
        for name in table.column_names:
            yield "\n".join(map(str, table.column(name).unique().to_pylist()))
    yield content.decode("utf-8", "replace")


def files(office: Office) -> list[Path]:
    found = sorted(path for path in office.site.resolve().rglob("*") if path.is_file())
    assert len(found) > 500
    return found


def page(office: Office, path: str) -> HTMLParser:
    return HTMLParser((office.site / path).read_bytes())


def said(tree: HTMLParser, selector: str = "main") -> str:
    return " ".join(tree.css_first(selector).text(separator=" ").split())


def test_no_file_holds_anything_of_the_first(other: Office) -> None:
    for path in files(other):
        for text in (path.name, *texts(path)):
            for sign in OF_THE_FIRST:
                assert sign not in text, (path, sign)


def test_somebody_outside_finds_its_pages_in_order(other: Office) -> None:
    """Without knowing its name, its colour, its words or what it chose not to show."""
    result = verify(other.site)
    assert result.returncode == 0, result.stderr + result.stdout
    assert "files of the site are what follows from its tables" in result.stdout
    assert "the own words of the association, the yearly figures, and reports" in result.stdout


def test_a_file_beside_a_report_is_told(other: Office, tmp_path: Path) -> None:
    site = Path(shutil.copytree(other.site.resolve(), tmp_path / "copy"))
    (site / "rapporten" / "2026-Q3" / "meer.html").write_text("anders", encoding="utf-8")
    result = verify(site)
    assert result.returncode == 4
    assert "  rapporten/2026-Q3/meer.html" in result.stdout


@pytest.mark.parametrize("folder", ["", "en/"])
def test_it_says_where_to_get_the_program(other: Office, built_office: Office, folder: str) -> None:
    tree = page(other, f"{folder}controleer/index.html")
    (link,) = tree.css('main a[href^="https://code."]')
    assert link.attributes["href"] == "https://code.maas.example/allocation/"
    assert link.text() == "code.maas.example/allocation"
    asked = said(page(built_office, f"{folder}controleer/index.html"))
    assert ("Ask us where" if folder else "Vraag ons waar") in asked


def test_every_page_bears_the_name_the_logo_and_the_colour(other: Office) -> None:
    for path in files(other):
        if path.suffix != ".html" or "rapporten" in path.parts:
            continue
        tree = HTMLParser(path.read_bytes())
        assert NAME in tree.css_first("title").text(), path
        image = tree.css_first("a.logo img")
        assert image.attributes["alt"] == NAME, path
        assert not tree.css_first("a.logo span"), path
        assert (image.attributes["width"], image.attributes["height"]) == ("1000", "333")
        source = image.attributes["src"] or ""
        if path.name == "404.html":
            assert source == "/verdeling/logo.svg"
        else:
            assert (path.parent / source).resolve().read_text(encoding="utf-8") == LOGO, path
        assert "tel:" not in path.read_text(encoding="utf-8"), path
    assert "#8a1538" in (other.site / "style.css").read_text(encoding="utf-8")
    assert "#8a1538" in (other.site / "icon.svg").read_text(encoding="utf-8")


def test_its_own_words_stand_there_as_plain_text(other: Office) -> None:
    about = page(other, "over/index.html")
    found = [node.text() for node in about.css("main p")]
    assert "Dit beloven wij aan de Maas: <b>open</b> & eerlijk." in found
    assert "Het staat ook op maas.example/belofte." in found
    assert about.css_first("a[href='https://maas.example/belofte']")
    assert "promise on the Meuse" in said(page(other, "en/over/index.html"))
    assert "Bel mevrouw Claessens" in said(page(other, "klopt-er-iets-niet/index.html"))
    assert "Call Ms Claessens" in said(page(other, "en/klopt-er-iets-niet/index.html"))


def test_what_is_not_shown_is_nowhere_and_not_called_missing(other: Office) -> None:
    rents = {row["bare_rent"] for row in other.rows("dwellings")}
    shown_rents = [f"€\u00a0{rent}" for rent in rents if "," in rent]
    assert len(shown_rents) > 100
    names = ("Energielabel", "Oppervlakte", "Kale huur", "Buurt", "Gemeente", "Kamers")
    for path in (other.site / "woning").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not [rent for rent in shown_rents if rent in text], path
        terms = {node.text() for node in HTMLParser(text).css("dl.facts dt")}
        assert "Soort woning" in terms
        assert not terms & set(names), path
        assert "niet opgegeven" not in said(HTMLParser(text)), path
    search = page(other, "woningen/zoek/index.html")
    fields = {node.attributes["name"] for node in search.css("select")}
    assert fields == {"sorteer", "plaats", "soort", "manier", "uitkomst", "van", "tot"}
    assert "huur" not in {node.attributes["value"] for node in search.css("option")}
    assert "Per aantal kamers" not in said(page(other, "wachttijd/index.html"))


def test_the_open_data_leaves_those_columns_empty(other: Office) -> None:
    table = pq.read_table(other.site / "data" / "woningen.parquet")
    assert table.num_rows > 100
    for name in HIDDEN:
        assert table.column(name).null_count == table.num_rows, name
    assert table.column("dwelling_type").null_count < table.num_rows
    assert pa.types.is_decimal(table.schema.field("bare_rent").type), "the form stays the same"


def test_another_base_folder_leads_to_its_own_addresses(other: Office) -> None:
    assert page(other, "404.html").css_first("link[rel=stylesheet]").attributes["href"] == (
        "/verdeling/style.css"
    )
    start = page(other, "index.html").css_first("link[rel=canonical]")
    assert start.attributes["href"] == "https://maas.example/verdeling/"


WRONG = (
    ("[site]", "[site]\nvlag = 1", "there is no setting site.vlag"),
    ('"#8a1538"', '"rood"', "site.brand_colour: write it like #0b5d63"),
    ('"#8a1538"', '"#ffd400"', "brand_colour cannot be read on white"),
    ('"beeld/logo.svg"', '"beeld/weg.svg"', "There is no logo weg.svg."),
    (
        '"label",',
        '"rank",',
        "publication.hidden_fields: choose from 'municipality', 'neighbourhood'",
    ),
    ('[texts.en]\npromise = "This', '[texts.en]\n# promise = "This', "[texts] promise"),
    ('name = "Wonen', 'naam = "Wonen', "the setting association.name is missing"),
    ("logo_holds_name = true", 'logo_holds_name = "wel"', "write true or false"),
)


@pytest.mark.parametrize(("right", "wrong", "told"), WRONG, ids=[case[2] for case in WRONG])
def test_a_wrong_setting_is_one_clear_line_and_changes_nothing(
    other: Office, tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    assert right in CONFIG
    office = other.copy(tmp_path / "office")
    before = office.site.resolve()
    path = office.folder / "allocation.toml"
    path.write_text(CONFIG.replace(right, wrong, 1), encoding="utf-8")
    for command in (("check",), ("build", "--night", NIGHT)):
        result = office.run(*command)
        assert result.returncode == 2, result.stdout + result.stderr
        assert told in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert office.site.resolve() == before


def test_without_english_there_is_no_english(other: Office, tmp_path: Path) -> None:
    office = other.copy(tmp_path / "office")
    text = CONFIG.replace("[site]", "[site]\nenglish = false", 1).split("[texts.en]")[0]
    (office.folder / "allocation.toml").write_text(text, encoding="utf-8")
    built = office.build(NIGHT)
    assert built.returncode == 0, built.stderr
    assert not (office.site / "en").exists()
    assert "hreflang" not in (office.site / "index.html").read_text(encoding="utf-8")
    assert "Dit beloven wij" in (office.site / "over" / "index.html").read_text(encoding="utf-8")
