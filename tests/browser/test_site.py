"""What a home-seeker meets: the way to a dwelling, on a phone and at a desk."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_from_the_start_page_to_a_dwelling_in_two_steps(page: Page, site: str) -> None:
    page.goto(site)
    assert page.locator("h1").count() == 1
    page.locator("main a[href*='woning/']").first.click()
    assert "/woning/" in page.url
    text = page.locator("main").inner_text()
    assert "reageerde" in text or "reacties" in text.lower()


def test_every_place_can_be_reached_from_the_overview(page: Page, site: str) -> None:
    page.goto(f"{site}woningen/index.html")
    page.locator("main a").first.click()
    assert page.locator("table caption, h1").count() >= 1


def test_every_state_of_a_dwelling_is_on_the_sample_site(kinds: dict[str, str]) -> None:
    assert len(kinds) >= 7, kinds


@pytest.mark.parametrize("width", [320, 360, 768, 900, 1280])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, kinds: dict[str, str], width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for kind, address in kinds.items():
        page.goto(address)
        assert page.evaluate(WIDTH) <= 0, f"{kind} at {width} px: {address}"
    context.close()


def test_no_foreign_request_no_cookie_no_error(browser: Browser, kinds: dict[str, str]) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    for kind, address in kinds.items():
        if kind != "not found":  # the browser itself reports the 404
            page.goto(address)
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}
    assert not errors
    assert not context.cookies()
    context.close()


def test_a_page_that_is_not_there_helps(page: Page, site: str) -> None:
    answer = page.goto(f"{site}woning/bestaat-niet-aaaaaaaa.html")
    assert answer is not None
    assert answer.status == 404
    assert page.locator("main a").count() >= 1
