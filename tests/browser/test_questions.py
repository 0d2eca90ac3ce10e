"""The three questions of a home-seeker, from the start page, in at most three actions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

MATCHES = "selector => document.activeElement.matches(selector)"
MOST_TABS = 400


class Hand:
    """A visitor's hand: it counts what it does."""

    def __init__(self, page: Page, way: str) -> None:
        self.page = page
        self.way = way
        self.actions = 0

    def follow(self, selector: str) -> None:
        """Follow the first link that matches, by pointer or by keyboard."""
        self.actions += 1
        before = self.page.url
        if self.way.startswith("keyboard"):
            for _ in range(MOST_TABS):
                self.page.keyboard.press("Tab")
                if self.page.evaluate(MATCHES, selector):
                    break
            else:
                raise AssertionError(f"the keyboard does not reach {selector}")
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(selector).first.click()
        self.page.wait_for_url(lambda url: url != before)


WAYS = ("pointer", "keyboard", "pointer, no JavaScript", "keyboard, no JavaScript")


@pytest.fixture(params=WAYS)
def hand(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Hand]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        java_script_enabled="no JavaScript" not in request.param,
    )
    page = context.new_page()
    page.goto(site)
    yield Hand(page, request.param)
    context.close()


def test_who_got_the_house_and_why_not_me(hand: Hand) -> None:
    hand.follow("main .pills a[href^='woningen/']")
    hand.follow("tr:has(.tag.let) a[href*='woning/']")
    text = hand.page.locator("main").inner_text()
    assert "reageerde" in text
    assert "nummer" in text
    assert "Stond er iemand voor?" in text or "Waarom niet nummer" in text or "De rij" in text
    assert hand.actions <= 3


def test_how_long_would_it_take_me(hand: Hand) -> None:
    hand.follow("main a[href='wachttijd/']")
    hand.follow("main .plain a[href*='plaats']")
    hand.follow("main .plain a")
    answer = hand.page.locator(".answer").inner_text()
    assert "jaar" in answer or "Te weinig woningen om iets te zeggen" in answer
    assert hand.actions <= 3


def test_is_it_fair(hand: Hand) -> None:
    hand.follow("main a[href='cijfers/']")
    text = hand.page.locator("main").inner_text()
    assert "Halen wij de normen?" in text
    assert "Hoe vaak ging het anders?" in text
    assert "Elke verhuring wordt nagekeken" in text
    assert hand.actions <= 3


def test_the_language_link_keeps_the_page(browser: Browser, kinds: dict[str, str]) -> None:
    context = browser.new_context()
    page = context.new_page()
    for kind, address in kinds.items():
        if kind == "not found":
            continue
        page.goto(address)
        here = page.url
        page.locator("header [hreflang=en]").click()
        assert page.locator("html").get_attribute("lang") == "en", kind
        assert page.url.replace("/en/", "/", 1).split("?")[0] == here, kind
        page.locator("header [hreflang=nl]").click()
        assert page.url.split("?")[0] == here, kind
    context.close()
