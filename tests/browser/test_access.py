"""Every kind of page, in both languages, at three widths, light and dark, under axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.deep]
DEEP = "ALLOCATION_DEEP" in os.environ

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
ALL: dict[str, object] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}
COLOUR: dict[str, object] = {"runOnly": ["color-contrast", "link-in-text-block"]}
WIDTHS = (320, 768, 1280)
RUNS_ON_EVERY_CHANGE = {
    "": {(320, "light"), (320, "dark"), (1280, "light")},
    "en/": {(320, "light")},
}
"""The share of widths and schemes that runs on every change; all of them run at night."""

RUN = """async options => (await axe.run(
  document, {...options, resultTypes: ["violations"]}
)).violations"""
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page, rules: dict[str, object] = ALL) -> list[str]:
    found = page.evaluate(RUN, rules)
    return [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in found]


def addresses(kinds: dict[str, str], site: str, folder: str) -> Iterator[tuple[str, str]]:
    for kind, address in kinds.items():
        yield kind, address.replace(site, f"{site}{folder}", 1)
    yield "search with results", f"{site}{folder}woningen/zoek/?uitkomst=2"
    yield "search without result", f"{site}{folder}woningen/zoek/?q=xyzzyx"


@pytest.fixture
def opened(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.add_init_script(path=AXE)
    yield page
    context.close()


@pytest.mark.parametrize("folder", ["", "en/"], ids=["nl", "en"])
def test_axe_finds_nothing(opened: Page, kinds: dict[str, str], site: str, folder: str) -> None:
    """All rules at every width in the light; in the dark only what colour can change."""
    checked = 0
    for kind, address in addresses(kinds, site, folder):
        opened.goto(address)
        if "zoek" in address:
            opened.locator("#aantal:not(:empty)").wait_for()
        for width in WIDTHS:
            opened.set_viewport_size({"width": width, "height": 800})
            for scheme, rules in (("light", ALL), ("dark", COLOUR)):
                if not DEEP and (width, scheme) not in RUNS_ON_EVERY_CHANGE[folder]:
                    continue
                opened.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                assert violations(opened, rules) == [], (kind, address, width, scheme)
                checked += 1
            assert opened.evaluate(WIDTH) <= 0, (kind, address, width)
    print(f"axe: 0 violations in {checked} runs")
    assert checked >= 25 * (len(WIDTHS) * 2 if DEEP else len(RUNS_ON_EVERY_CHANGE[folder]))


@pytest.mark.skipif(not DEEP, reason="thousands of runs: at night")
def test_axe_finds_nothing_on_any_page(opened: Page, site: str, tree: Path) -> None:
    """Not one of each kind but every page of the sample site, as the issue asks."""
    pages = sorted(tree.rglob("*.html"))
    checked = 0
    for path in pages:
        address = site + path.relative_to(tree).as_posix()
        opened.goto(address)
        for width in WIDTHS:
            opened.set_viewport_size({"width": width, "height": 800})
            for scheme, rules in (("light", ALL), ("dark", COLOUR)):
                opened.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                assert violations(opened, rules) == [], (address, width, scheme)
                checked += 1
            assert opened.evaluate(WIDTH) <= 0, (address, width)
    print(f"axe: 0 violations in {checked} runs on {len(pages)} pages")
    assert len(pages) > 500


def test_axe_finds_nothing_with_suggestions_open(opened: Page, site: str) -> None:
    opened.goto(site)
    place = opened.locator(".pills a").first.inner_text()
    opened.locator("#q").fill(place[:4])
    opened.locator("#voorstellen li").first.wait_for()
    assert violations(opened) == []


def test_forced_colours_and_400_percent_keep_everything(
    browser: Browser, kinds: dict[str, str]
) -> None:
    """320 CSS pixels is 1280 at 400 %."""
    context = browser.new_context(
        viewport={"width": 320, "height": 256}, forced_colors="active", bypass_csp=True
    )
    page = context.new_page()
    page.add_init_script(path=AXE)
    for kind, address in kinds.items():
        page.goto(address)
        assert page.evaluate(WIDTH) <= 0, kind
        assert violations(page) == [], kind
    context.close()


def test_the_printed_page_bears_its_address_and_no_menu(
    browser: Browser, kinds: dict[str, str]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(next(address for kind, address in kinds.items() if kind.startswith("dwelling")))
    assert "/woning/" in page.locator("p.address").inner_text()
    assert not page.locator("header nav").is_visible()
    assert not page.locator("form.find").is_visible()
    assert page.locator("h1").is_visible()
    context.close()
