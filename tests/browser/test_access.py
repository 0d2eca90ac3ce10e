"""Every kind of page, in both languages, at three widths, light and dark, under axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async rules => (await axe.run(
  document, {runOnly: rules, resultTypes: ["violations"]}
)).violations"""
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page) -> list[str]:
    found = page.evaluate(RUN, RULES)
    return [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in found]


def addresses(kinds: dict[str, str], site: str, folder: str) -> Iterator[tuple[str, str]]:
    for kind, address in kinds.items():
        yield kind, address.replace(site, f"{site}{folder}", 1)
    yield "search with results", f"{site}{folder}woningen/zoek/?uitkomst=2"
    yield "search without result", f"{site}{folder}woningen/zoek/?q=xyzzyx"


@pytest.fixture
def opened(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.add_init_script(path=AXE)
    yield page
    context.close()


@pytest.mark.parametrize("folder", ["", "en/"], ids=["nl", "en"])
@pytest.mark.parametrize(
    "opened",
    [(width, scheme) for width in (320, 768, 1280) for scheme in ("light", "dark")],
    ids=lambda pair: f"{pair[0]}-{pair[1]}",
    indirect=True,
)
def test_axe_finds_nothing(opened: Page, kinds: dict[str, str], site: str, folder: str) -> None:
    checked = 0
    for kind, address in addresses(kinds, site, folder):
        opened.goto(address)
        if "zoek" in address:
            opened.locator("#aantal:not(:empty)").wait_for()
        assert violations(opened) == [], (kind, address)
        assert opened.evaluate(WIDTH) <= 0, (kind, address)
        checked += 1
    assert checked >= 25


@pytest.mark.parametrize("opened", [(360, "light")], indirect=True, ids=["phone"])
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
