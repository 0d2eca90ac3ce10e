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
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
from jinja2 import Environment
from markupsafe import Markup

from allocation.public import FIELDS, Letting, PublicTable, lettings
from allocation.resources import data_path, templates_path
from allocation.sharing import share
from allocation.site.chrome import NOT_FOUND, SHELL, chrome_key, is_made_elsewhere, read_chrome
from allocation.site.dwelling import DwellingPages
from allocation.site.language import Language
from allocation.site.lists import Child, ListPage, Lists, Overview
from allocation.site.palette import palette_css
from allocation.site.pattern import EMPTY, Html, Pattern, encoded, escaped, joined
from allocation.site.places import list_month
from allocation.site.settings import SiteSettings
from allocation.site.shell import Frame, fixed_values
from allocation.site.sitemap import sitemap_files
from allocation.site.start import newest_outcomes, start_page
from allocation.site.templates import make_environment
from allocation.tree import Tree, Written

__all__ = ["Progress", "SiteSettings", "render_site"]

Progress = Callable[[int, int], None]
"""Told now and then how many dwelling pages are done, and of how many."""

_EVERY = 2000
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_KEY = 200
_IN_SECTION = Html(b' aria-current="true"')
_ON_PAGE = Html(b' aria-current="page"')
_KEY_SIZE = hashlib.blake2b.MAX_KEY_SIZE


def render_site(
    table: PublicTable,
    settings: SiteSettings,
    tree: Tree,
    chrome_cache: Path,
    progress: Progress | None = None,
) -> None:
    """Write the whole site into ``tree``; ``chrome_cache`` is a private folder of ours.

    Raises: ValueError for a key that cannot be a file name (the barrier makes keys).
    """
    site = _Site(settings, tree, read_chrome(chrome_cache))
    with _collector_at_rest():
        rows = list(lettings(table))
        site.write_dwellings(rows, _row_texts(table), progress)
        overview = site.write_lists(rows)
        site.write_overview(overview)
        site.write_start(rows, overview)
    site.write_chrome()
    site.write_static()
    site.write_sitemap(rows, overview)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let the cycle collector rest: rows and pages make no cycles, and are very many."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def site_version(settings: SiteSettings) -> str:
    """Return a hash of everything but the row that decides a dwelling page."""
    digest = hashlib.sha256(chrome_key().encode())
    own = sorted(Path(__file__).parent.glob("*.py"))
    templates = sorted(templates_path("templates").glob("*.html"))
    for path in (*own, *templates, data_path("code_lists.csv")):
        digest.update(json.dumps([path.name, path.read_text(encoding="utf-8")]).encode())
    facts = [settings.lasting(), version("jinja2"), version("babel")]
    digest.update(json.dumps(facts).encode())
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


class _Site:
    """One rendering: the compiled templates, the frames and where the files go."""

    def __init__(self, settings: SiteSettings, tree: Tree, chrome: dict[str, bytes]) -> None:
        self._settings = settings
        self._tree = tree
        self._chrome = chrome
        self._values = fixed_values(settings)
        self._language = Language()
        self._environment: Environment = make_environment(
            templates_path("templates"), self._language
        )
        self._pages = DwellingPages(self._environment, self._language)
        self._shell = chrome[SHELL].decode()
        self._version = site_version(settings).encode()
        self._fingerprints: dict[str, str] = {}
        self._frames: dict[tuple[str, Html], Frame] = {}
        self._list_rows: dict[tuple[str, str], Html] = {}

    def _frame(self, root: str, current: Html = _IN_SECTION) -> Frame:
        frame = self._frames.get((root, current))
        if frame is None:
            frame = Frame(self._shell, self._values, root or "./", current)
            self._frames[root, current] = frame
        return frame

    def _template(self, name: str) -> Callable[..., Markup]:
        page: Callable[..., Markup] = vars(self._environment.get_template(name).module)["page"]
        return page

    def _hash(self, values: list[object] | str) -> str:
        text = values if isinstance(values, str) else json.dumps(values)
        return hashlib.blake2b(
            text.encode(), key=self._version[:_KEY_SIZE], digest_size=16
        ).hexdigest()

    def write_dwellings(
        self, rows: Sequence[Letting], texts: Iterator[str], progress: Progress | None
    ) -> None:
        """Write a page for every row, or take over the last release's."""
        fresh: list[tuple[str, Letting, str]] = []
        for row, text in zip(rows, texts, strict=True):
            if len(row.key) > _LONGEST_KEY or not _KEY.fullmatch(row.key):
                raise ValueError("a key of the public table cannot be a file name")
            path = f"woning/{row.key}.html"
            fingerprint = self._hash(text)
            self._fingerprints[row.key] = fingerprint
            if not self._tree.reuse(path, fingerprint):
                fresh.append((path, row, fingerprint))
        self._frame("../")
        for part in share(fresh, lambda pages: self._write_pages(pages, progress)):
            self._tree.adopt(part)

    def _write_pages(
        self, pages: Sequence[tuple[str, Letting, str]], progress: Progress | None
    ) -> Written:
        """Render and write pages; return what the tree must know of them."""
        frame, tree = self._frame("../"), self._tree.branch()
        for number, (path, row, fingerprint) in enumerate(pages, start=1):
            content = frame.page(path, f"{row.address}, {row.place}", self._pages.body(row))
            tree.write(path, content, fingerprint)
            if progress is not None and (number % _EVERY == 0 or number == len(pages)):
                progress(number, len(pages))
        return tree.facts()

    def write_lists(self, rows: Sequence[Letting]) -> Overview:
        """Write every list per place and per month."""
        overview = Lists(self._language, self._pages.slug).arrange(rows)
        render = self._template("list.html")
        for page in overview.pages:
            path = f"{page.path}index.html"
            fingerprint = self._hash(self._list_facts(page))
            if self._tree.reuse(path, fingerprint):
                continue
            listed = self._listed(page.rows, page.root)
            body = render(self._list_view(page), listed)
            content = self._frame(page.root).page(page.path, page.heading, encoded(body))
            self._tree.write(path, content, fingerprint)
        return overview

    def _list_facts(self, page: ListPage) -> list[object]:
        children = [(child.label, child.path, child.count) for child in page.children]
        rows = [self._fingerprints[row.key] for row in page.rows]
        return [page.path, page.label, page.heading, page.crumbs, page.count, children, rows]

    def _list_view(self, page: ListPage) -> dict[str, object]:
        return {
            "root": page.root,
            "label": page.label,
            "heading": page.heading,
            "crumbs": [(label, f"{page.root}{path}") for label, path in page.crumbs],
            "count": page.count,
            "count_text": self._language.number(page.count),
            "children": self._links(page.children, page.root),
            "choose": page.choose,
        }

    def _links(self, children: Sequence[Child], root: str) -> list[dict[str, str]]:
        number = self._language.number
        return [
            {"label": child.label, "href": f"{root}{child.path}", "count": number(child.count)}
            for child in children
        ]

    def _listed(self, rows: Sequence[Letting], root: str) -> Markup:
        """Return the rows of a list for a template, which would escape them otherwise."""
        rendered = joined(self._list_row(row, root) for row in rows)
        return Markup(rendered.decode())  # noqa: S704 - every row is safe HTML

    def _list_row(self, row: Letting, root: str) -> Html:
        found = self._list_rows.get((row.key, root))
        if found is None:
            found = self._pages.list_row(row, root)
            self._list_rows[row.key, root] = found
        return found

    def write_overview(self, overview: Overview) -> None:
        """Write the page with all places and all months."""
        years: dict[int, list[dict[str, str]]] = defaultdict(list)
        for month, child in overview.months:
            named = Child(self._language.month_name(month), child.path, child.count)
            years[month.year] += self._links([named], "../")
        total = sum(child.count for child in overview.places)
        places = self._links(overview.places, "../")
        body = self._template("overview.html")(places, list(years.items()), total)
        frame = self._frame("../", _ON_PAGE)
        title = self._language.gettext("Alle woningen")
        content = frame.page("woningen/", title, encoded(body))
        self._tree.write("woningen/index.html", content)

    def write_start(self, rows: Sequence[Letting], overview: Overview) -> None:
        """Write the start page, the only one that says how fresh the data are."""
        view = start_page(rows, overview, self._settings.data_until, self._language)
        newest = self._listed(newest_outcomes(rows), "")
        body = self._template("start.html")(view, newest)
        title = self._language.gettext("Wie kreeg welke woning?")
        content = self._frame("", EMPTY).page("", title, encoded(body))
        self._tree.write("index.html", content)

    def write_chrome(self) -> None:
        """Write the fixed pages, with the association's own values in their slots."""
        base_path = urlsplit(self._settings.base_url).path
        for path, data in self._chrome.items():
            if is_made_elsewhere(path):
                continue
            if path.endswith(".html"):
                root = base_path if path == NOT_FOUND else "../" * path.count("/")
                address = Html(self._values["base_url"] + path.removesuffix("index.html").encode())
                known = {"root": escaped(root), "menu_dwellings": EMPTY, "address": address}
                page = Pattern(data.decode(), (), {**self._values, **known})
                self._tree.write(path, page.fill(()))
            else:
                self._tree.write(path, data)

    def write_static(self) -> None:
        """Write the style sheet, led by the association's colours, and the icon."""
        sheet = templates_path("static", "style.css").read_text(encoding="utf-8")
        palette = palette_css(self._settings.brand_colour)
        self._tree.write("style.css", f"{palette}{sheet}".encode())
        icon = templates_path("static", "icon.svg").read_text(encoding="utf-8")
        brand = {"brand": escaped(self._settings.brand_colour)}
        self._tree.write("icon.svg", Pattern(icon, (), brand).fill(()))

    def write_sitemap(self, rows: Sequence[Letting], overview: Overview) -> None:
        """Write the addresses of all pages, dwellings in a file for their list month."""
        groups: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            groups[f"{list_month(row):%Y-%m}"].append(f"woning/{row.key}.html")
        fixed = [
            path.removesuffix("index.html")
            for path in self._chrome
            if path.endswith(".html") and path != NOT_FOUND and not is_made_elsewhere(path)
        ]
        groups["pages"] = ["", "woningen/", *fixed, *(page.path for page in overview.pages)]
        for path, text in sitemap_files(self._settings.base_url, groups):
            self._tree.write(path, text.encode())
