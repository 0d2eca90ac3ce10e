"""Where ``verify`` reads the files of a site from: an address, or a folder with a copy.

Decides how an address is asked, how much and how long is waited for, and when a file
is not there and when it cannot be read.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from allocation.errors import ConfigError
from allocation.publiclog.verify import NotThere

_SECONDS = 60
"""How long an answer of a web server may keep silent."""

_MOST_SECONDS = 600
_MOST_BYTES = 1 << 30
"""How long one file may take in all, and how large it may be."""

_PIECE = 1 << 20
_GONE = frozenset({404, 410})
_AGENT = "Mozilla/5.0 (compatible; allocation-verify)"
"""An ordinary name: some web servers answer no program that has none of their liking."""


@dataclass(frozen=True, slots=True)
class SiteReader:
    """Reads files of a site by path; ``folder`` is None for a site on the web."""

    read: Callable[[str], bytes]
    folder: Path | None


def site_reader(site: str) -> SiteReader:
    """Return what reads a site.

    Raises:
        ConfigError: it is no address, and no folder that is there.
    """
    if site.lower().startswith(("https://", "http://")):
        address = site.removesuffix("index.html").rstrip("/")
        return SiteReader(lambda path: _fetch(address, path), None)
    folder = Path(site)
    if not folder.is_dir():
        raise ConfigError("There is no folder {site}. An address begins with https://", site=site)
    if (folder / "current").is_dir() and not (folder / "log").is_dir():
        folder /= "current"
    return SiteReader(lambda path: _read(folder, path), folder)


def _read(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise NotThere("{file} is not in {site}.", file=path, site=folder) from None
    except OSError as error:
        raise ConfigError(
            "{file} cannot be read ({what}).", file=path, what=type(error).__name__
        ) from None


def _fetch(site: str, path: str) -> bytes:
    address = f"{site}/{path.removesuffix('index.html')}"  # as the links lead there
    try:
        request = urllib.request.Request(address, headers={"User-Agent": _AGENT})  # noqa: S310
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return _whole(answer, address)
    except (OSError, ValueError, http.client.HTTPException) as error:
        code = error.code if isinstance(error, urllib.error.HTTPError) else None
        if code in _GONE:
            raise NotThere("{file} is not in {site}.", file=path, site=site) from None
        what = code or type(error).__name__
        raise ConfigError(
            "{file} cannot be read from the web ({what}).", file=address, what=what
        ) from None


def _whole(answer: http.client.HTTPResponse, address: str) -> bytes:
    """Return all of an answer, if it ends within reason."""
    until, pieces, size = time.monotonic() + _MOST_SECONDS, [], 0
    while piece := answer.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > _MOST_BYTES or time.monotonic() > until:
            raise ConfigError("{file} is too large, or takes too long.", file=address)
    if answer.length:
        raise http.client.IncompleteRead(b"")
    return b"".join(pieces)
