"""The sample association's site in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from allocation.preview import open_preview
from allocation.sample import write_sample
from tests.browser.find_browser import find
from tests.functional.office import EARLIER, Office

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.skip("there is no Chromium; set ALLOCATION_CHROMIUM or install one")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a built sample site on loopback."""
    folder = tmp_path_factory.mktemp("browser") / "office"
    write_sample(folder, dwellings=180, responses_per_dwelling=30, seed=3, file_format="csv")
    office = Office(folder)
    for night in (EARLIER, "2026-11-22"):
        result = office.build(night)
        assert result.returncode == 0, result.stderr
    with open_preview(office.site, 0) as server:
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
