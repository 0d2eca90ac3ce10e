"""The sample association's site in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from allocation.sample import write_sample
from tests.browser.serving import open_server
from tests.functional.office import EARLIER, Office


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built sample site."""
    folder = tmp_path_factory.mktemp("browser") / "office"
    write_sample(folder, dwellings=180, responses_per_dwelling=30, seed=3, file_format="csv")
    office = Office(folder)
    for night in (EARLIER, "2026-11-22"):
        result = office.build(night)
        assert result.returncode == 0, result.stderr
    return office.site.resolve()


@pytest.fixture(scope="session")
def site(tree: Path) -> Iterator[str]:
    """The address of that site on loopback."""
    with open_server(tree) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(params=[360, 1280], ids=["phone", "desk"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at the width of a phone and of a desk, without JavaScript."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, java_script_enabled=False
    )
    opened = context.new_page()
    yield opened
    context.close()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    return tmp_path


OVERVIEWS = ("wachttijd", "zo-verdelen-wij", "zo-verdelen-wij/regels", "cijfers")
DEEPER = (
    "cijfers/afwijkingen",
    "rapporten",
    "klopt-er-iets-niet",
    "controleer",
    "over",
    "privacy",
    "toegankelijkheid",
    "wat-u-niet-ziet",
    "woningen",
    "woningen/zoek",
)


@pytest.fixture(scope="session")
def kinds(browser: Browser, site: str) -> dict[str, str]:
    """One address of every kind of page, and of every state of a dwelling, in Dutch."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    def first(selector: str) -> str:
        return str(page.locator(selector).first.evaluate("link => link.href"))

    found = {"start": site}
    for name in (*OVERVIEWS, *DEEPER):
        found[name] = f"{site}{name}/"
    page.goto(found["woningen"])
    places = page.locator("main .choices a[href]").evaluate_all("nodes => nodes.map(n => n.href)")
    for address in places:
        page.goto(address)
        found.setdefault("list", page.url)
        for row in page.locator("main tbody tr").all():
            tags = " + ".join(row.locator(".tag").all_inner_texts())
            href = row.locator("a").first.evaluate("link => link.href")
            found.setdefault(f"dwelling: {tags}", href)
    page.goto(f"{found['list']}straat/")
    found["streets"] = page.url
    found["street"] = first("main .choices a")
    page.goto(found["wachttijd"])
    found["waiting in a place"] = first("main .plain a[href*='plaats']")
    page.goto(found["waiting in a place"])
    found["waiting for a type"] = first("main .plain a")
    page.goto(found["zo-verdelen-wij/regels"])
    rules = page.locator("main .rules a")
    if rules.count():
        found["rule"] = first("main .rules a")
        found["tables"] = f"{page.url}tabellen/"
    found["not found"] = f"{site}bestaat-niet"
    context.close()
    return found
