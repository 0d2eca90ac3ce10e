"""A night of real adverts: every dwelling has a page with its true number of responses."""

from __future__ import annotations

import csv
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.keys import slug
from tests.browser.serving import open_server
from tests.browser.test_site import WIDTH
from tests.functional.office import Office

HERE = Path(__file__).resolve().parent
REAL = HERE.parents[2] / "shared" / "data" / "real" / "woonnet-rijnmond_2023-02-23.csv"

pytestmark = pytest.mark.skipif(
    not REAL.exists(), reason="the real adverts are not at hand; they may not be copied here"
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("real")
    night = folder / "exports" / "2023-02-24"
    night.mkdir(parents=True)
    shutil.copy(REAL, night)
    shutil.copy(HERE / "woonnet-rijnmond.toml", folder / "allocation.toml")
    office = Office(folder)
    result = office.build("2023-02-24")
    assert result.returncode == 0, result.stderr
    return office


def test_every_advert_has_a_page_with_its_true_count(office: Office) -> None:
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        adverts = list(csv.DictReader(file))
    assert len(adverts) == 49
    pages = {path.stem[:-9]: path for path in (office.site / "woning").glob("*.html")}
    assert len(pages) == 49
    counts = []
    for advert in adverts:
        number = advert["huisnummer"].strip() + advert["huisletter"].strip().upper()
        addition = advert["huisnummertoevoeging"].strip()
        name = slug(f"{advert['straat']} {number} {addition} {advert['plaats']}")
        main = HTMLParser(pages[name].read_text(encoding="utf-8")).css_first("main")
        assert main is not None
        count = int(advert["aantalreacties"])
        counts.append(count)
        text = " ".join(main.text().split())
        shown = f"{count:,}".replace(",", ".")
        if count == 0:
            assert "geen reacties" in text, name
        else:
            assert f"{shown} woningzoekende" in text, name
    assert (min(counts), max(counts)) == (0, 2630)


def test_nothing_reads_oddly(office: Office) -> None:
    for path in (office.site / "woning").glob("*.html"):
        main = HTMLParser(path.read_text(encoding="utf-8")).css_first("main")
        assert main is not None
        text = main.text()
        for odd in ("None", "nan", "NaT", "2099", "2092", "&nbsp;", "<", "b'", "  ,", "True"):
            assert odd not in text, f"{path.name}: {odd}"


@pytest.mark.browser
def test_nothing_is_wider_than_the_screen(office: Office, browser: Browser) -> None:
    page = browser.new_page()
    with open_server(office.site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = office.site.resolve()
        paths = [path.relative_to(site) for path in sorted(site.rglob("*.html"))]
        shown = [path for path in paths if path.parts[0] in ("woning", "woningen", "wachttijd")]
        shown = [path for path in shown if "straat" not in path.parts]
        for path in shown:
            port = server.server_address[1]
            page.goto(f"http://127.0.0.1:{port}/{path}", wait_until="domcontentloaded")
            for width in (320, 360, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate(WIDTH) <= 0, (str(path), width)
        server.shutdown()
    assert len(shown) > 70
    page.close()


def test_the_same_night_again_changes_nothing(office: Office) -> None:
    before = office.site.resolve()
    assert office.build("2023-02-24").returncode == 0
    assert office.site.resolve() == before


@pytest.mark.parametrize("audience", ["public", "association", "board"])
def test_a_report_says_plainly_what_cannot_be_told(office: Office, audience: str) -> None:
    """The export holds adverts and counts of responses: no letting, no candidate, no rule."""
    result = office.run("report", "--period", "2023-Q1", f"--{audience}")
    assert result.returncode == 0, result.stderr
    word = {"public": "openbaar", "association": "huurdersvereniging", "board": "bestuur"}[audience]
    path = office.folder / "reports" / f"rapport-2023-Q1-{word}.html"
    page = HTMLParser(path.read_text(encoding="utf-8"))
    first = " ".join(page.css_first("section.first").text().split())
    for said in (
        "Of er iets mis was, is niet te zeggen",
        "In de openbare gegevens staat geen enkele verhuring.",
        "Dat betekent niet dat alles in orde was.",
        "Verhuurd: niet te zeggen.",
        "Wachttijd: niet te zeggen.",
    ):
        assert said in first
    keys = page.css_first("section.first table").text()
    assert "niet bekend" in keys
    assert "niet getoetst" in keys
    text = " ".join(page.css_first("main").text().split())
    assert "Er zijn geen verhuringen getoetst." in text
    if audience != "board":
        assert "nog geen register van medewerkers en aanverwanten" in text
        assert "Normen: nog niet te zeggen." in text
    for odd in ("None", "nan", "NaT", "in orde gevonden", "Wij vonden niets"):
        assert odd not in text
    outcomes = next(
        table for table in page.css("table") if "sluitdatum" in table.css_first("caption").text()
    )
    counts = [int(cell.text()) for cell in outcomes.css("td.n")]
    assert counts[0] > 0, "adverts that are still open"
    assert counts[2:] == [0, 0, 0]
