"""The addresses for search engines: an index, one file for each month, robots.txt.

Decides that an address stands in the file of its list month and that no file
holds a date of change: a stamp would tell when something was withheld.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

MOST_ADDRESSES = 50_000
"""The bound of the sitemap protocol for one file."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap_files(base_url: str, groups: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield path and text of every file; ``groups`` maps a file's name to page paths."""
    names = []
    for group in sorted(groups):
        paths = sorted(groups[group])
        for part, start in enumerate(range(0, len(paths), MOST_ADDRESSES), start=1):
            name = f"sitemap/{group}.xml" if part == 1 else f"sitemap/{group}-{part}.xml"
            names.append(name)
            piece = paths[start : start + MOST_ADDRESSES]
            yield name, _document("urlset", "url", base_url, piece)
    yield "sitemap.xml", _document("sitemapindex", "sitemap", base_url, names)
    yield "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base_url}sitemap.xml\n"


def _document(outer: str, inner: str, base_url: str, paths: Sequence[str]) -> str:
    start = escape(base_url)
    lines = "".join(f"<{inner}><loc>{start}{path}</loc></{inner}>\n" for path in paths)
    return f'{_HEAD}<{outer} xmlns="{_SPACE}">\n{lines}</{outer}>\n'
