"""What is not there: an address that is withheld answers as one that never was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer

import pytest

from allocation.cli.preview import open_preview
from allocation.keys import slug
from tests.browser.serving import open_server
from tests.functional.office import Office

CHANGES_EACH_TIME = {"date"}


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[int]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def answer(port: int, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    found = connection.getresponse()
    headers = [(name, text) for name, text in found.getheaders()
               if name.lower() not in CHANGES_EACH_TIME]  # fmt: skip
    body = found.read()
    connection.close()
    return found.status, headers, body


@pytest.mark.parametrize("kind", ["preview", "as the header files tell"])
def test_a_withheld_page_answers_like_one_that_never_was(built_office: Office, kind: str) -> None:
    """Status, headers and bytes are equal, in both languages, whatever is asked for."""
    shown = {path.stem[:-9] for path in (built_office.site / "woning").glob("*.html")}
    streets = {
        slug(f"{row['street']} {row['house_number']}{row['house_letter']} {row['place']}")
        for row in built_office.rows("dwellings")
    }
    withheld = sorted(streets - shown)
    assert len(withheld) >= 10, "the sample withholds dwellings that were never advertised"
    server = (
        open_preview(built_office.site, 0) if kind == "preview" else open_server(built_office.site)
    )
    with running(server) as port:
        for folder in ("", "en/"):
            never = answer(port, f"/{folder}woning/nergens-1-nooit-aaaaaaaa.html")
            assert never[0] == 404
            assert (b'lang="en"' if folder else b'lang="nl"') in never[2]
            for name in withheld:
                for tail in ("-aaaaaaaa.html", ".html", ""):
                    assert answer(port, f"/{folder}woning/{name}{tail}") == never
            assert answer(port, f"/{folder}data/woning/{withheld[0]}.json") == never
