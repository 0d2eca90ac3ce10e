"""Search and filters: what people type, the state in the address, bytes and time."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pytest
from playwright.sync_api import Browser, Page

from allocation.logo import Logo
from allocation.public import LETTINGS, PublicTable
from allocation.site.build import SiteSettings, render_site
from allocation.site.language import Language
from allocation.site.rows import Rows
from allocation.site.search import month_files, street_files, words
from allocation.tree import Tree
from tests.browser.serving import open_server
from tests.browser.test_site import WIDTH
from tests.browser.test_speed import SLOW_4G
from tests.unit.test_site import ROW

pytestmark = pytest.mark.browser

MOST_BYTES = 150_000
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><path d="M0 0h300v100z"/></svg>'
)
SETTINGS = SiteSettings(
    association="Stichting Wonen aan de Maas",
    work_area="Venlo",
    email="hallo@maas.example",
    phone="",
    website="",
    base_url="https://maas.example/",
    brand_colour="#8a1538",
    data_until=date(2026, 11, 22),
    logo=Logo("logo.svg", DRAWING, 1000, 333),
)


def rows() -> Iterator[dict[str, object]]:
    """Yield a street with 55 dwellings, and those that are hard to find."""
    for number in range(1, 56):
        yield ROW | {"key": f"lange-straat-{number}-x", "street": "Lange Straat",
                     "house_number": str(number), "bare_rent": 400 + 10 * number}  # fmt: skip
    odd = [
        ("Molenweg", "13K-4", "Elp"),
        ("Oosteinde", "7", "'s-Gravenzande"),
        ("IJsbaanpad", "3", "Elp"),
        ("Prunusplein", "12 bis", "IJhorst"),
        ("Ångströmstraat", "1", "Elp"),
        ("Sint Jansstraat", "2A", "Westerbork"),
    ]
    odd += [("Kerkstraat", str(40 + number), f"Dorp {number}") for number in range(9)]
    for number, (street, house, place) in enumerate(odd):
        yield ROW | {"key": f"vreemd-{number}-y", "street": street, "house_number": house,
                     "place": place}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site of another association with those rows."""
    folder = tmp_path_factory.mktemp("search")
    ordered = sorted(rows(), key=lambda row: str(row["key"]))
    table = PublicTable(pa.Table.from_pylist(ordered, schema=LETTINGS))
    tree = Tree(folder / "site", datetime(2026, 11, 23, tzinfo=UTC))
    render_site(table, SETTINGS, tree, folder / "cache")
    tree.finish()
    with open_server(Path(folder / "site")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("lange straat 55", "Lange Straat 55"),
        ("langestraat 55", "Lange Straat 55"),
        ("molenweg 13 k-4", "Molenweg 13K-4"),
        ("Molenweg 13k4", "Molenweg 13K-4"),
        ("'s-Gravenzande", "'s-Gravenzande"),
        ("oosteinde 's-Gravenzande", "Oosteinde"),
        ("ij", "IJ"),
        ("ysbaanpad 3", "IJsbaanpad 3"),
        ("prunusplein 12 bis", "Prunusplein 12 bis"),
        ("angstromstraat", "Ångströmstraat"),
        ("molewneg 13", "Molenweg 13K-4"),
        ("molenwg", "Molenweg"),
        ("nolenweg", "Molenweg"),
        ("molennweg", "Molenweg"),
        ("st jansstraat", "Sint Jansstraat"),
        ("kerkstraat 47", "Kerkstraat 47, Dorp 7"),
        ("kerkstraat 41 dorp 1", "Kerkstraat 41, Dorp 1"),
        ("kerkstraat 999", "Kerkstraat, Dorp 0"),
    ],
)
def test_what_people_type_finds_the_dwelling(
    phone: Page, small: str, asked: str, address: str
) -> None:
    phone.goto(small)
    phone.locator("#q").fill(asked)
    phone.locator("#voorstellen li").first.wait_for()
    assert any(address in text for text in phone.locator("#voorstellen li").all_inner_texts())


def test_the_keyboard_chooses_a_suggestion_and_hears_how_many(phone: Page, small: str) -> None:
    phone.goto(small)
    field = phone.locator("#q")
    field.fill("molenweg 13")
    phone.locator("#voorstellen li").first.wait_for()
    assert phone.locator("form.find [role=status]").inner_text() == "1 voorstel"
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert phone.locator(f"#{active}").get_attribute("aria-selected") == "true"
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    field.press("ArrowDown")
    phone.locator("#voorstellen li").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    phone.wait_for_url("**/woning/vreemd-0-y.html")


def test_filters_stand_in_the_address_and_can_be_shared(phone: Page, small: str) -> None:
    phone.goto(f"{small}woningen/zoek/")
    phone.locator("summary").click()
    phone.locator("#f-plaats").select_option("westerbork")
    phone.locator("#f-huur").select_option("0-500")
    phone.locator("#aantal").get_by_text("9 woningen gevonden").wait_for()
    phone.locator("#f-sorteer").select_option("huur")
    phone.wait_for_url(lambda url: "huur=0-500" in url and "sorteer=huur" in url)
    address = phone.url
    assert "plaats=westerbork" in urlsplit(address).query
    phone.goto("about:blank")
    phone.goto(address)
    phone.locator("#aantal").get_by_text("9 woningen gevonden").wait_for()
    assert phone.locator("#gevonden tbody th").first.inner_text() == "Lange Straat 1, Westerbork"
    assert phone.locator("#aantal").get_attribute("role") == "status"


def test_a_street_of_55_shows_all_and_keeps_the_focus(phone: Page, small: str) -> None:
    phone.goto(f"{small}woningen/zoek/?q=lange+straat&sorteer=adres")
    phone.locator("#aantal").get_by_text("55 woningen gevonden").wait_for()
    assert phone.locator("#gevonden tbody tr").count() == 50
    phone.locator("#gevonden button").click()
    assert phone.locator("#gevonden tbody tr").count() == 55
    assert phone.evaluate("document.activeElement.textContent") == "Lange Straat 51"


def test_nothing_found_says_so_and_leads_on(phone: Page, small: str) -> None:
    phone.goto(f"{small}woningen/zoek/?q=xyzzyx")
    phone.locator("#aantal").get_by_text("Niets gevonden").wait_for()
    assert phone.locator("main .choices a").count() >= 3


def test_english_searches_in_english(phone: Page, small: str) -> None:
    phone.goto(f"{small}en/woningen/zoek/?q=molenweg")
    phone.locator("#aantal").get_by_text("1 dwelling found").wait_for()
    assert "/en/woning/" in phone.locator("#gevonden a").first.evaluate("link => link.href")


def first_result(phone: Page, asked: str) -> tuple[float, int]:
    """Type into the search field of the open page; return milliseconds and bytes until a result."""
    session = phone.context.new_cdp_session(phone)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    started = time.monotonic()
    phone.locator("#q").fill(asked)
    phone.locator("#voorstellen li").first.wait_for()
    seconds = time.monotonic() - started
    phone.wait_for_timeout(200)
    session.detach()
    return seconds * 1000, int(sum(sizes))


def test_the_first_result_costs_little(phone: Page, site: str) -> None:
    phone.goto(site)
    place = phone.locator("main tbody a").first.inner_text()
    spent, size = first_result(phone, place)
    print(f"first result after {spent:.0f} ms and {size} bytes")
    assert size <= MOST_BYTES


LARGE = 100_000
STREETS_EACH, DWELLINGS_EACH = 50, 20
KINDS_OF_STREET = (
    "straat",
    "weg",
    "laan",
    "hof",
    "plein",
    "kamp",
    "esch",
    "pad",
    "singel",
    "dreef",
)
NAMES = (
    *("Linden", "Molen", "Kerk", "Beuken", "Eiken", "Vlinder", "Merel", "Wilgen", "Raad", "Markt"),
    *("Haven", "Dorps", "Brink", "Berken", "Heide", "Roggen", "Bosbes", "Leeuwerik", "Zwaluw"),
)


def many() -> Iterator[dict[str, object]]:
    """Yield the hard rows, and about a hundred thousand more in a hundred places."""
    yield from rows()
    for number in range(LARGE):
        place, rest = divmod(number, STREETS_EACH * DWELLINGS_EACH)
        street, house = divmod(rest, DWELLINGS_EACH)
        name = NAMES[(street * 7 + place) % len(NAMES)] + KINDS_OF_STREET[street % 10]
        yield ROW | {
            "key": f"d-{number}-z",
            "street": f"{name} {place}" if street > 40 else name,
            "house_number": str(house + 1),
            "place": f"Plaats {place}",
            "closes_on": date(2026 - number % 2, 1 + number % 12, 8),
        }


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site whose search knows 100,000 dwellings; the other pages are few."""
    folder = tmp_path_factory.mktemp("large")
    few = sorted(rows(), key=lambda row: str(row["key"]))
    tree = Tree(folder / "site", datetime(2026, 11, 23, tzinfo=UTC))
    table = PublicTable(pa.Table.from_pylist(few, schema=LETTINGS))
    render_site(table, SETTINGS, tree, folder / "cache")
    ordered = sorted(many(), key=lambda row: str(row["key"]))
    found = Rows(PublicTable(pa.Table.from_pylist(ordered, schema=LETTINGS)))
    shutil.rmtree(folder / "site" / "zoek")
    index = Tree(folder / "index", datetime(2026, 11, 23, tzinfo=UTC))
    for file in (*street_files(found), *month_files(found)):
        index.write(file.path, file.content())
    shutil.copytree(folder / "index" / "zoek", folder / "site" / "zoek")
    for code in ("", "en/"):
        words_of = Language("en" if code else "nl")
        (folder / "site" / code / "zoek" / "woorden.json").write_bytes(words(words_of))
    with open_server(folder / "site") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.deep
@pytest.mark.skipif("ALLOCATION_DEEP" not in os.environ, reason="100,000 dwellings: at night")
def test_search_over_100_000_dwellings(phone: Page, large: str) -> None:
    """Each on a cold phone with a slow network: what people type finds it, soon and for little."""
    for asked, wanted in (
        ("lange straat", "Lange Straat, Westerbork"),
        ("lange straat 55", "Lange Straat 55, Westerbork"),
        ("molenweg 13 k-4", "Molenweg 13K-4, Elp"),
        ("'s-Gravenzande", "'s-Gravenzande"),
        ("ij", "IJ"),
        ("ijsbaanpad 3", "IJsbaanpad 3, Elp"),
        ("prunusplien", "Prunusplein"),
        ("zwaluwstraat 7 plaats 42", "Zwaluwstraat 7, Plaats 42"),
        ("molenweg 999", "Molenweg, Plaats"),
    ):
        context = phone.context.browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.goto(large)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        spent, size = first_result(page, asked)
        told = page.locator("#voorstellen li").all_inner_texts()
        print(f"{asked:<26}{spent:>6.0f} ms {size:>8} bytes, slow 4G")
        assert any(wanted in text for text in told), (asked, told)
        assert size <= MOST_BYTES, asked
        context.close()


def test_nothing_of_another_association_is_in_the_site(phone: Page, small: str) -> None:
    for path in ("", "woning/vreemd-0-y.html", "over/", "en/privacy/", "cijfers/", "en/nergens"):
        phone.goto(f"{small}{path}")
        text = phone.content()
        assert "Stichting Wonen aan de Maas" in text
        assert "Heem" not in text
        assert "#0b5d63" not in text
        logo = phone.locator("a.logo img")
        assert logo.evaluate("image => image.complete && image.naturalWidth") > 0, path
        for width in (320, 1280):
            phone.set_viewport_size({"width": width, "height": 740})
            assert phone.evaluate(WIDTH) <= 0, (path, width)
            assert logo.bounding_box()["height"] <= 60
    style = phone.evaluate(f"fetch('{small}style.css').then(answer => answer.text())")
    assert "#8a1538" in style
