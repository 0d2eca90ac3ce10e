"""The public site: every page, from the public table and public settings alone.

Decides which files the site consists of and which of them can be taken over
from the last release.  It must never see a private type: what it does not get
it cannot tell.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from allocation.collector import collector_at_rest
from allocation.public import Catalogue, Letting, PublicTable, Statements
from allocation.resources import data_path, templates_path
from allocation.sharing import LEAST, share
from allocation.site.chrome import chrome_key
from allocation.site.common import CommonFile
from allocation.site.edition import Edition
from allocation.site.fair import FairPages
from allocation.site.feeds import feed_files
from allocation.site.listing import LEAST_FILES, ListPages
from allocation.site.palette import palette_css
from allocation.site.pattern import Pattern, escaped, escaped_all
from allocation.site.report_list import write_report_list
from allocation.site.rows import Rows
from allocation.site.search import month_files, street_files, words
from allocation.site.settings import SiteSettings
from allocation.site.sitemap import sitemap_files
from allocation.site.waiting import Lettings, Usual
from allocation.site.waiting_pages import WaitingPages
from allocation.tree import Tree, Written

__all__ = ["Progress", "SiteSettings", "render_site"]

Progress = Callable[[int, int], None]
"""Told now and then how many dwelling pages are done, and of how many."""

_TOGETHER = 1000
"""So many pages are made slot by slot before they are written."""


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

    def write(codes: Sequence[str]) -> list[Written]:
        found = []
        for code in codes:
            branch = tree.branch()
            edition = Edition(code, settings, branch, chrome_cache, catalogue, decided_by)
            pages = _write_edition(edition, facts, statements, progress)
            for files in common[settings.languages.index(code) :: len(settings.languages)]:
                _write_common(edition.tree, files(pages), decided_by)
            found.append(edition.tree.facts())
        return found

    with collector_at_rest():
        facts = _Facts(table, settings)
        rows = facts.rows
        common: list[Callable[[Sequence[str]], Iterator[CommonFile]]] = [
            lambda _: street_files(rows),
            lambda _: month_files(rows),
            lambda pages: sitemap_files(settings, rows, pages),
        ]
        least = 1 if len(rows) >= LEAST else len(settings.languages)
        for part in share(settings.languages, write, least):
            for written in part:
                tree.adopt(written)
    _write_static(settings, palette, tree)


class _Facts:
    """The rows, and what is computed from them once for every language."""

    def __init__(self, table: PublicTable, settings: SiteSettings) -> None:
        self.rows = Rows(table)
        self.lettings = Lettings(self.rows)
        self.usual = self.lettings.usual_in(settings.data_until.year - 1)
        told = pa.array([_short_mark(repr(usual)) for usual in self.usual.values], pa.string())
        self.marks = pc.binary_join_element_wise(
            self.rows.marks, told.take(pa.array(self.usual.codes)), ""
        )


def _short_mark(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _write_edition(
    edition: Edition, facts: _Facts, statements: Statements, progress: Progress | None
) -> list[str]:
    """Write the site in one language; return the addresses of all but the dwellings."""
    _write_dwellings(edition, facts, progress)
    pages = _write_pages(edition, facts, statements)
    edition.tree.write(f"{edition.folder}zoek/woorden.json", words(edition.language))
    for path, feed in feed_files(edition, facts.rows):
        edition.tree.write(f"{edition.folder}{path}", feed.encode())
    return pages


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


def _write_dwellings(edition: Edition, facts: _Facts, progress: Progress | None) -> None:
    """Write a page for every row, or take over the last release's."""
    paths = [f"woning/{key}.html" for key in facts.rows.keys]
    files = [f"{edition.folder}{path}" for path in paths]
    decided_by = edition.hash("dwelling")
    marks = pc.binary_join_element_wise(decided_by, facts.marks, "")
    missing = edition.tree.reuse_many(files, marks)
    told = marks.take(pa.array(missing)).to_pylist()
    made = zip(missing.tolist(), facts.rows.take(missing), told, strict=True)
    fresh = [(paths[at], row, facts.usual.of(at), mark) for at, row, mark in made]
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
    for start in range(0, len(pages), _TOGETHER):
        part = pages[start : start + _TOGETHER]
        paths, rows, usual, marks = zip(*part, strict=True)
        titles = escaped_all([f"{row.address}, {row.place}" for row in rows])
        bodies = list(edition.dwellings.bodies(rows, usual))
        filled = frame.pages(titles, escaped_all(paths), bodies)
        for path, content, mark in zip(paths, filled, marks, strict=True):
            tree.write(f"{edition.folder}{path}", content, mark)
        if progress is not None:
            progress(start + len(part), len(pages))
    return tree.facts()


def _write_pages(edition: Edition, facts: _Facts, statements: Statements) -> list[str]:
    """Write all other pages; return their addresses below the language's folder."""
    lists = ListPages(edition, facts.rows)
    fair = FairPages(edition, facts.rows, statements, lists)
    waiting = WaitingPages(edition, facts.rows, facts.lettings)
    return [
        *lists.write(),
        *waiting.write(),
        *fair.write(),
        write_report_list(edition),
        *edition.write_chrome(),
    ]


def _write_common(tree: Tree, files: Iterable[CommonFile], decided_by: str) -> None:
    """Write files that serve every language, or take over what nothing of changed."""
    fresh = []
    for file in files:
        text = json.dumps([decided_by, file.path, file.facts])
        fingerprint = blake2b(text.encode(), digest_size=16).hexdigest()
        if not tree.reuse(file.path, fingerprint):
            fresh.append((file, fingerprint))

    def write(files: Sequence[tuple[CommonFile, str]]) -> Written:
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
