"""A preview of the site on this machine only.

Decides how the public folder is shown on loopback while a clerk looks at it.
It is no web server for the public: it listens nowhere else.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from allocation.errors import ConfigError

LOOPBACK = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Serves files with the site's own page for what is not there, and no log lines."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        site = Path(self.directory)
        page = site / "en" / "404.html" if self.path.startswith("/en/") else site / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.exists():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: who looks at what is not kept."""


def open_preview(site: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of ``site`` on loopback; port 0 takes a free one.

    Raises:
        ConfigError: there is no site yet, or the port is taken.
    """
    if not (site / "index.html").exists():
        raise ConfigError("There is no site yet; run 'allocation build' first.")
    try:
        return ThreadingHTTPServer((LOOPBACK, port), partial(_Handler, directory=str(site)))
    except OSError:
        raise ConfigError("Port {port} is taken; choose another one.", port=port) from None
