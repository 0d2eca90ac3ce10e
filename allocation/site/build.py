"""The public site: every page, from the public table and public settings alone.

Decides which files the site consists of and which of them can be taken over
from the last release.  It must never see a private type: what it does not get
it cannot tell.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from allocation.public import (
    FIELDS,
    Catalogue,
    Letting,
    PublicTable,
    Statements,
    lettings,
)
from allocation.resources import data_path, templates_path
from allocation.sharing import LEAST, share
from allocation.site.chrome import chrome_key, read_chrome
from allocation.site.edition import Edition
from allocation.site.fair import FairPages
from allocation.site.feeds import feed_files
from allocation.site.listing import LEAST_FILES, ListPages
from allocation.site.lists import by_address, newest_first
from allocation.site.palette import palette_css
from allocation.site.pattern import Pattern, escaped
from allocation.site.places import list_month, place_slug
from allocation.site.report_list import write_report_list
from allocation.site.search import SearchFile, search_files, words
from allocation.site.settings import SiteSettings
from allocation.site.shell import folder_of
from allocation.site.sitemap import sitemap_files
from allocation.site.waiting import Lettings, Usual, UsualIn
from allocation.site.waiting_pages import WaitingPages
from allocation.tree import Tree, Written

__all__ = ["Progress", "SiteSettings", "render_site"]

Progress = Callable[[int, int], None]
"""Told now and then how many dwelling pages are done, and of how many."""

_EVERY = 2000
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_KEY = 200


def render_site(
    table: PublicTable,
    settings: SiteSettings,
    tree: Tree,
    chrome_cache: Path,
    progress: Progress | None = None,
    *,
    catalogue: Catalogue = Catalogue(),  # noqa: B008 - frozen and empty
    statements: Statements = Statements(),  # noqa: B008 - frozen and empty
) -> None:
    """Write the whole site into ``tree``; ``chrome_cache`` is a private folder of ours.

    Raises: ValueError for a key that cannot be a file name (the barrier makes keys);
    ConfigError for a brand colour that cannot be read.
    """
    palette = palette_css(settings.brand_colour)
    decided_by = site_version(settings, catalogue)
    slug = cache(place_slug)

    def write(codes: Sequence[str]) -> list[tuple[Written, list[str]]]:
        found = []
        for code in codes:
            chrome = read_chrome(chrome_cache, code)
            edition = Edition(code, settings, tree.branch(), chrome, catalogue, decided_by)
            found.append(_write_edition(edition, facts, statements, progress))
        return found

    with _collector_at_rest():
        rows = list(lettings(table))
        facts = _Facts(rows, _row_texts(table), settings, slug)
        groups: dict[str, list[str]] = defaultdict(list)
        least = 1 if len(rows) >= LEAST else len(settings.languages)
        parts = [part for some in share(settings.languages, write, least) for part in some]
        for code, (written, pages) in zip(settings.languages, parts, strict=True):
            tree.adopt(written)
            folder = folder_of(code)
            groups["pages"] += [f"{folder}{path}" for path in pages]
            for month, keys in facts.months.items():
                groups[month] += [f"{folder}woning/{key}.html" for key in keys]
        _write_search(tree, facts, decided_by, slug)
    _write_static(settings, palette, tree)
    for path, text in sitemap_files(settings.base_url, groups):
        tree.write(path, text.encode())


def _write_edition(
    edition: Edition, facts: _Facts, statements: Statements, progress: Progress | None
) -> tuple[Written, list[str]]:
    """Write the site in one language; return what the tree must know, and the addresses."""
    _write_dwellings(edition, facts, progress)
    pages = _write_pages(edition, facts, statements)
    edition.tree.write(f"{edition.folder}zoek/woorden.json", words(edition.language))
    for path, feed in feed_files(edition, facts.newest):
        edition.tree.write(f"{edition.folder}{path}", feed.encode())
    return edition.tree.facts(), pages


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let the cycle collector rest: rows and pages make no cycles, and are very many."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def site_version(settings: SiteSettings, catalogue: Catalogue) -> str:
    """Return a hash of everything but the row that decides a dwelling page."""
    digest = hashlib.sha256(chrome_key().encode())
    own = sorted(Path(__file__).parent.glob("*.py"))
    templates = sorted(templates_path("templates").glob("*.html"))
    for path in (*own, *templates, data_path("code_lists.csv")):
        digest.update(json.dumps([path.name, path.read_text(encoding="utf-8")]).encode())
    facts = [settings.lasting(), version("jinja2"), version("babel"), asdict(catalogue)]
    digest.update(json.dumps(facts, default=str).encode())
    return digest.hexdigest()


def _row_texts(table: PublicTable) -> Iterator[str]:
    """Yield every row as one text that no other row has: numbers, quoted texts and None."""
    columns = []
    for name in FIELDS:
        column = table.rows.column(name)
        if not pa.types.is_integer(column.type):
            column = column.cast(pa.string())
        columns.append(column.to_pylist())
    return map(repr, zip(*columns, strict=True))


class _Facts:
    """The rows, and what is computed from them once for every language."""

    def __init__(
        self,
        rows: Sequence[Letting],
        texts: Iterator[str],
        settings: SiteSettings,
        slug: Callable[[str], str],
    ) -> None:
        for row in rows:
            if len(row.key) > _LONGEST_KEY or not _KEY.fullmatch(row.key):
                raise ValueError("a key of the public table cannot be a file name")
        self.rows = rows
        self.by_address = by_address(rows)
        self.newest = newest_first(self.by_address)
        self.marks = [blake2b(text.encode(), digest_size=12).hexdigest() for text in texts]
        self.lettings = Lettings(rows, slug)
        usual: UsualIn = self.lettings.usual_in(settings.data_until.year - 1)
        self.usual: list[Usual | None] = [usual.of(row) for row in rows]
        told = {id(of_row): repr(of_row) for of_row in {id(u): u for u in self.usual}.values()}
        self.usual_texts = [told[id(of_row)] for of_row in self.usual]
        self.months: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            self.months[f"{list_month(row):%Y-%m}"].append(row.key)


def _write_dwellings(edition: Edition, facts: _Facts, progress: Progress | None) -> None:
    """Write a page for every row, or take over the last release's."""
    fresh: list[tuple[str, Letting, Usual | None, str]] = []
    found = zip(facts.rows, facts.marks, facts.usual, facts.usual_texts, strict=True)
    for row, mark, usual, text in found:
        path = f"woning/{row.key}.html"
        fingerprint = edition.hash(f"{mark} {text}")
        if not edition.reuse(path, fingerprint):
            fresh.append((path, row, usual, fingerprint))
    edition.frame("woning/", on_page=False)
    for part in share(fresh, lambda pages: _write_part(edition, pages, progress)):
        edition.tree.adopt(part)


def _write_part(
    edition: Edition,
    pages: Sequence[tuple[str, Letting, Usual | None, str]],
    progress: Progress | None,
) -> Written:
    """Render and write pages; return what the tree must know of them."""
    frame, tree = edition.frame("woning/", on_page=False), edition.tree.branch()
    body, folder = edition.dwellings.body, edition.folder
    for number, (path, row, usual, fingerprint) in enumerate(pages, start=1):
        content = frame.page(path, f"{row.address}, {row.place}", body(row, usual))
        tree.write(f"{folder}{path}", content, fingerprint)
        if progress is not None and (number % _EVERY == 0 or number == len(pages)):
            progress(number, len(pages))
    return tree.facts()


def _write_pages(edition: Edition, facts: _Facts, statements: Statements) -> list[str]:
    """Write all other pages; return their addresses below the language's folder."""
    marks = {row.key: mark for row, mark in zip(facts.rows, facts.marks, strict=True)}
    lists = ListPages(edition, facts.newest, facts.by_address, marks)
    fair = FairPages(edition, facts.newest, statements, lists)
    waiting = WaitingPages(edition, facts.rows, facts.lettings)
    return [
        *lists.write(),
        *waiting.write(),
        *fair.write(),
        write_report_list(edition),
        *edition.write_chrome(),
    ]


def _write_search(tree: Tree, facts: _Facts, decided_by: str, slug: Callable[[str], str]) -> None:
    """Write the search index, or take over what none of whose rows changed."""
    marks = {row.key: mark for row, mark in zip(facts.rows, facts.marks, strict=True)}
    fresh = []
    for file in search_files(facts.newest, marks, slug):
        text = json.dumps([decided_by, file.path, file.facts])
        fingerprint = blake2b(text.encode(), digest_size=16).hexdigest()
        if not tree.reuse(file.path, fingerprint):
            fresh.append((file, fingerprint))

    def write(files: Sequence[tuple[SearchFile, str]]) -> Written:
        branch = tree.branch()
        for file, fingerprint in files:
            branch.write(file.path, file.content(), fingerprint)
        return branch.facts()

    for part in share(fresh, write, LEAST_FILES):
        tree.adopt(part)


def _write_static(settings: SiteSettings, palette: str, tree: Tree) -> None:
    """Write the style sheet, led by the association's colours, the script and the icon."""
    sheet = templates_path("static", "style.css").read_text(encoding="utf-8")
    tree.write("style.css", f"{palette}{sheet}".encode())
    script = templates_path("static", "zoek.js").read_bytes()
    tree.write("zoek.js", script)
    icon = templates_path("static", "icon.svg").read_text(encoding="utf-8")
    brand = {"brand": escaped(settings.brand_colour)}
    tree.write("icon.svg", Pattern(icon, (), brand).fill(()))
    if settings.logo is not None:
        tree.write(settings.logo.name, settings.logo.content)
