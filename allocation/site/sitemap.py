"""The addresses for search engines: an index, one file for each month, robots.txt.

Decides that an address stands in the file of its list month and that no file
holds a date of change: a stamp would tell when something was withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from html import escape

from allocation.site.common import CommonFile
from allocation.site.rows import Rows, month_name, split
from allocation.site.settings import SiteSettings
from allocation.site.shell import folder_of

MOST_ADDRESSES = 50_000
"""The bound of the sitemap protocol for one file."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap_files(settings: SiteSettings, rows: Rows, pages: Sequence[str]) -> Iterator[CommonFile]:
    """Yield every file; ``pages`` are the addresses in one language of all but dwellings."""
    start = escape(settings.base_url)
    folders = sorted(folder_of(code) for code in settings.languages)
    groups = [("pages", sorted(pages))]
    for month, found in split(rows.every, rows.list_month):
        keys = [f"woning/{rows.keys[at]}.html" for at in found.tolist()]
        groups.append((month_name(month), keys))
    size = MOST_ADDRESSES // len(folders)
    names = []
    for group, paths in sorted(groups):
        for part, first in enumerate(range(0, len(paths), size), start=1):
            name = f"sitemap/{group}.xml" if part == 1 else f"sitemap/{group}-{part}.xml"
            names.append(f"{start}{name}")
            piece = paths[first : first + size]
            yield CommonFile(name, piece, partial(_pages, start, folders, piece))
    index = _document("sitemapindex", "sitemap", names).encode()
    yield CommonFile("sitemap.xml", names, lambda: index)
    robots = f"User-agent: *\nAllow: /\nSitemap: {settings.base_url}sitemap.xml\n".encode()
    yield CommonFile("robots.txt", [robots.decode()], lambda: robots)


def _pages(start: str, folders: Sequence[str], paths: Sequence[str]) -> bytes:
    addresses = [f"{start}{folder}{path}" for folder in folders for path in paths]
    return _document("urlset", "url", addresses).encode()


def _document(outer: str, inner: str, addresses: Sequence[str]) -> str:
    lines = "".join(f"<{inner}><loc>{address}</loc></{inner}>\n" for address in addresses)
    return f'{_HEAD}<{outer} xmlns="{_SPACE}">\n{lines}</{outer}>\n'
