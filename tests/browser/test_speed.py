"""What a visit costs: bytes on a cold load, and paint and shifts on a slow phone network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
MOST_BYTES = {True: 60_000, False: 30_000}
LATEST_PAINT = 1200
PAINT = """() => new Promise(done => {
  let paint = 0, shift = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) paint = e.startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => { for (const e of list.getEntries()) shift += e.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done([paint, shift]), 400);
})"""
KINDS = ("start", "dwelling", "list", "wachttijd", "cijfers")


def chosen(kinds: dict[str, str]) -> dict[str, str]:
    found = {}
    for wanted in KINDS:
        found[wanted] = next(at for kind, at in kinds.items() if kind.startswith(wanted))
    return found


@pytest.mark.parametrize("script", [False, True], ids=["without JavaScript", "with JavaScript"])
def test_a_cold_load_is_light(browser: Browser, kinds: dict[str, str], script: bool) -> None:
    table = []
    for kind, address in chosen(kinds).items():
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on("Network.loadingFinished", lambda e, to=sizes: to.append(e["encodedDataLength"]))
        page.goto(address, wait_until="networkidle")
        table.append((kind, int(sum(sizes)), len(sizes)))
        assert not context.cookies()
        context.close()
    for kind, size, requests in table:
        print(f"{kind:<12}{size:>8} bytes in {requests} requests, script: {script}")
    assert all(size <= MOST_BYTES[script] for kind, size, _ in table if kind == "dwelling")


def test_the_largest_paint_comes_soon_and_nothing_shifts(
    browser: Browser, kinds: dict[str, str]
) -> None:
    table = []
    for kind, address in chosen(kinds).items():
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        page.goto(address)
        paint, shift = page.evaluate(PAINT)
        table.append((kind, paint, shift))
        context.close()
    for kind, paint, shift in table:
        print(f"{kind:<12}largest paint {paint:>6.0f} ms, shift {shift:.3f}")
    assert all(paint < LATEST_PAINT for _, paint, _ in table), table
    assert all(shift == 0 for *_, shift in table), table
