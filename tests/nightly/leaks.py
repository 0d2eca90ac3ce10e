"""Deliberate leaks: one small change to the program for each channel by which a case can show.

Every leak takes something private (how many are withheld, who, which dwelling,
whether the register matches) and lets it show in one way.  A leak writes with
the time and mode of every other file, so that only what it says can betray it.
"""

from __future__ import annotations

import base64
import gzip
import io
import os
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from allocation import pipeline, public_site
from allocation.barrier import grounds, withholding
from allocation.barrier.carry_over import Released
from allocation.engine import Engine
from allocation.errors import GateRefused
from allocation.journal import Journal
from allocation.keys import mark
from allocation.public import PublicTable
from allocation.tree import Tree


class Spy:
    """What a leak may know: the private tables, and the tree that is being made."""

    def __init__(self, engine: Engine, tree: Tree) -> None:
        self.engine = engine
        self.tree = tree
        self.root = tree.root
        # So that every file is there to be changed.
        for path, (fingerprint, _) in tree._kept.items():
            tree._folder(path.rpartition("/")[0])
            os.link(f"{tree._previous}/{path}", f"{tree.root}/{path}")
            tree._fresh[path] = fingerprint
        tree._stays[:] = False
        tree._anew.clear()

    def number(self, sql: str) -> int:
        return int(str(self.engine.rows(sql)[0][0] or 0))

    def text(self, sql: str) -> str:
        rows = self.engine.rows(sql)
        return str(rows[0][0]) if rows else "-"

    @property
    def withheld(self) -> int:
        return self.number("SELECT count(*) FROM allocation_grounds")

    @property
    def hidden_address(self) -> str:
        """The address of a dwelling that is not on the site."""
        return self.text(
            "SELECT street || ' ' || house_number || coalesce(upper(house_letter), '') "
            "FROM dwellings d ANTI JOIN public_rows USING (dwelling_id) ORDER BY street LIMIT 1"
        )

    @property
    def tenant(self) -> str:
        return self.text("SELECT candidate_id FROM allocations ORDER BY candidate_id LIMIT 1")

    @property
    def name(self) -> str:
        return self.text(
            "SELECT given_name || ' ' || surname FROM candidates "
            "WHERE given_name IS NOT NULL ORDER BY 1 LIMIT 1"
        )

    def put(self, path: str, content: bytes) -> None:
        """Write a file of the tree anew, with the time and mode that every file has."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(content)
        target.chmod(0o644)
        stamp = self.tree._stamp * 1_000_000_000
        os.utime(target, ns=(stamp, stamp))
        self.tree._fresh.setdefault(path, "")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the first occurrence of a text in a file of the tree."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, f"{path} has no {old}"
        self.put(path, text.replace(old, new, 1).encode())

    def page(self) -> str:
        return str(min((self.root / "woning").glob("*.html")).relative_to(self.root))

    def list_page(self) -> str:
        lists = sorted((self.root / "woningen").glob("*/index.html"))
        return str(lists[0].relative_to(self.root))


@dataclass(frozen=True)
class Leak:
    """One leak: the channel of the list of channels, what it does, and how it is done."""

    channel: str
    name: str
    inject: Callable[[pytest.MonkeyPatch], None]
    nights: int = 1


def _engine_seen(monkeypatch: pytest.MonkeyPatch) -> list[Engine]:
    """Return a list that holds the engine of the run at hand, once it has one."""
    seen: list[Engine] = []
    original = pipeline.withhold_lettings

    def watched(engine: Engine, *more: Any, **named: Any) -> Any:
        seen[:] = [engine]
        return original(engine, *more, **named)

    monkeypatch.setattr(pipeline, "withhold_lettings", watched)
    return seen


def after_render(spoil: Callable[[Spy], None]) -> Callable[[pytest.MonkeyPatch], None]:
    """Return a leak that changes the finished pages."""

    def inject(monkeypatch: pytest.MonkeyPatch) -> None:
        engines = _engine_seen(monkeypatch)
        original = public_site.render_site

        def rendered(*given: Any, **named: Any) -> None:
            original(*given, **named)
            tree = next(v for v in (*given, *named.values()) if isinstance(v, Tree))
            spoil(Spy(engines[0], tree))

        monkeypatch.setattr(public_site, "render_site", rendered)

    return inject


def at_barrier(
    change: Callable[[Engine, pa.Table], pa.Table],
) -> Callable[[pytest.MonkeyPatch], None]:
    """Return a leak that changes the public table as it leaves the barrier."""

    def inject(monkeypatch: pytest.MonkeyPatch) -> None:
        original = pipeline.withhold_lettings

        def leaking(engine: Engine, *more: Any, **named: Any) -> Any:
            released, decided = original(engine, *more, **named)
            rows = change(engine, released.public.rows)
            return Released(PublicTable(rows), released.pairs), decided

        monkeypatch.setattr(pipeline, "withhold_lettings", leaking)

    return inject


def in_head(words: Callable[[Spy], str], where: str = "page") -> Callable[[Any], None]:
    """Return a leak that puts a text into the head of the start page or of a dwelling's page."""

    def spoil(spy: Spy) -> None:
        path = "index.html" if where == "start" else spy.page()
        spy.edit(path, "</head>", f"{words(spy)}</head>")

    return after_render(spoil)


def in_body(
    words: Callable[[Spy], str], where: str = "start"
) -> Callable[[pytest.MonkeyPatch], None]:
    """Return a leak that puts a text at the end of a page."""

    def spoil(spy: Spy) -> None:
        path = {"start": "index.html", "list": spy.list_page(), "page": spy.page()}.get(
            where, where
        )
        spy.edit(path, "</body>", f"{words(spy)}</body>")

    return after_render(spoil)


def as_file(
    path: str, content: Callable[[Spy], bytes | str]
) -> Callable[[pytest.MonkeyPatch], None]:
    """Return a leak that adds a file to the site."""

    def spoil(spy: Spy) -> None:
        made = content(spy)
        spy.put(path, made.encode() if isinstance(made, str) else made)

    return after_render(spoil)


def _marks(engine: Engine, sql: str) -> set[str]:
    """Return the marks of pairs of publication and dwelling."""
    from tests.nightly.observing import SECRET

    return {mark(SECRET, str(p), str(d)) for p, d in engine.rows(sql)}


_WITHHELD_PAIRS = "SELECT publication_id, dwelling_id FROM withheld_pairs"


def _drop_withheld(engine: Engine, rows: pa.Table) -> pa.Table:
    hidden = _marks(engine, _WITHHELD_PAIRS)
    return rows.filter(pa.array([key[-8:] not in hidden for key in rows["key"].to_pylist()]))


def _for_withheld(column: str, value: Any) -> Callable[[Engine, pa.Table], pa.Table]:
    """Return a change that sets a column of the withheld rows."""

    def change(engine: Engine, rows: pa.Table) -> pa.Table:
        hidden = _marks(engine, _WITHHELD_PAIRS)
        told = [
            value if key[-8:] in hidden else old
            for key, old in zip(rows["key"].to_pylist(), rows[column].to_pylist(), strict=True)
        ]
        at = rows.schema.get_field_index(column)
        return rows.set_column(
            at, rows.schema.field(at), pa.array(told, rows.schema.field(at).type)
        )

    return change


def _no_barrier(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget to list what is withheld."""
    original = grounds._find_withheld_pairs

    def forgotten(engine: Engine) -> None:
        original(engine)
        engine.run("DELETE FROM withheld_pairs")

    monkeypatch.setattr(grounds, "_find_withheld_pairs", forgotten)


def _judged_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge for the public over all rows."""
    original = pipeline.find_withheld

    def forgotten(engine: Engine, config: Any) -> None:
        original(engine, config)
        engine.run("DELETE FROM withheld_allocations")
        engine.run("DELETE FROM withheld_publications")

    monkeypatch.setattr(pipeline, "find_withheld", forgotten)


def _every_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat direct allocation as an advert."""
    original = grounds.codes_that_release

    def every(config: Any, code_list: str) -> str:
        codes = original(config, code_list)
        return f"{codes}, 'direct_allocation'" if code_list == "publication_model" else codes

    for module in (grounds, withholding):
        monkeypatch.setattr(module, "codes_that_release", every)


def _numbered_keys(engine: Engine, rows: pa.Table) -> pa.Table:
    """Give pages a running number that counts the rows that are not there."""
    offset = int(str(engine.rows("SELECT count(*) FROM dwellings")[0][0]))
    keys = [f"{offset + i}-{key}" for i, key in enumerate(rows["key"].to_pylist())]
    return rows.set_column(0, rows.schema.field(0), pa.array(keys))


def _more_responses(engine: Engine, rows: pa.Table) -> pa.Table:
    more = int(str(engine.rows("SELECT count(*) FROM responses_quarantined")[0][0]))
    more += int(str(engine.rows("SELECT count(*) FROM allocation_grounds")[0][0]))
    at = rows.schema.get_field_index("response_count")
    return rows.set_column(at, rows.schema.field(at), pc.add(rows["response_count"], more))


def _rank_hole(engine: Engine, rows: pa.Table) -> pa.Table:
    """Number the tenants' ranks as if protected tenants stood ahead of them."""
    more = int(str(engine.rows("SELECT count(*) FROM allocation_grounds")[0][0]))
    at = rows.schema.get_field_index("rank")
    return rows.set_column(at, rows.schema.field(at), pc.add(rows["rank"], more))


def _passed_over(engine: Engine, rows: pa.Table) -> pa.Table:
    more = int(str(engine.rows("SELECT count(*) FROM allocations")[0][0]))
    at = rows.schema.get_field_index("passed_other")
    return rows.set_column(at, rows.schema.field(at), pc.add(rows["passed_other"], more))


def _check_count(engine: Engine, rows: pa.Table) -> pa.Table:
    """Say of each letting how many others were checked with it."""
    number = int(str(engine.rows("SELECT count(*) FROM allocations")[0][0]))
    at = rows.schema.get_field_index("label")
    said = pa.array([f"{number} verhuringen getoetst"] * rows.num_rows, pa.string())
    return rows.set_column(at, rows.schema.field(at), said)


def _sorted_by_tenant(spy: Spy) -> None:
    """Begin each list at a row that the tenants' ids decide."""
    for path in sorted((spy.root / "woningen").glob("*/index.html")):
        head, opened, body = path.read_text(encoding="utf-8").partition("<tbody>")
        rows, closed, foot = body.partition("</tbody>")
        pieces = rows.split("</tr>")[:-1]
        if pieces:
            start = int(spy.tenant[2:]) % len(pieces)
            turned = "".join(f"{piece}</tr>" for piece in pieces[start:] + pieces[:start])
            text = f"{head}{opened}{turned}{closed}{foot}"
            spy.put(str(path.relative_to(spy.root)), text.encode())


def _empty_heading(spy: Spy) -> None:
    """Head a place in which every dwelling is hidden."""
    street = spy.hidden_address.rpartition(" ")[0]
    spy.edit("woningen/index.html", "</body>", f"<h2>{street[:6]}…{len(street)}</h2></body>")
    spy.edit("woningen/index.html", "</body>", f"<h2>{spy.withheld % 7}</h2></body>")


def _zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("xl/pivotCache/pivotCacheRecords1.xml", (2026, 11, 22, 0, 0, 0))
        archive.writestr(entry, content)
    return buffer.getvalue()


def _pdf(words: str) -> bytes:
    return b"%PDF-1.7\n1 0 obj\nstream\n" + zlib.compress(words.encode()) + b"endstream\n%%EOF\n"


def _gzip_header(spy: Spy) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=1_700_000_000 + spy.withheld) as file:
        file.write(b"<urlset/>")
    return buffer.getvalue()


def _mode(spy: Spy) -> None:
    (spy.root / "robots.txt").chmod(0o644 if spy.withheld % 2 else 0o640)
    if spy.withheld % 3:
        (spy.root / "robots.txt").chmod(0o600 + spy.withheld % 8)


def _file_time(spy: Spy) -> None:
    os.utime(spy.root / "style.css", (1_700_000_000, 1_700_000_000 + spy.withheld))


def _folder_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stamp a folder after the tree is finished."""
    engines = _engine_seen(monkeypatch)
    original = pipeline.require_no_leak

    def stamped(searched: Any) -> None:
        original(searched)
        spy_count = int(str(engines[0].rows("SELECT count(*) FROM allocation_grounds")[0][0]))
        for tree in _TREES[-1:]:
            os.utime(tree / "woning", (1_700_000_000, 1_700_000_000 + spy_count))

    search = pipeline.search_tree

    def watched(root: Path, *more: Any) -> Any:
        _TREES.append(root)
        return search(root, *more)

    monkeypatch.setattr(pipeline, "search_tree", watched)
    monkeypatch.setattr(pipeline, "require_no_leak", stamped)


_TREES: list[Path] = []


def _link_out(spy: Spy) -> None:
    (spy.root / "laatste").symlink_to(f"woning/{spy.withheld}.html")


def _padding(spy: Spy) -> None:
    path = "style.css"
    spy.put(path, (spy.root / path).read_bytes() + b"\n" * spy.withheld)


def _exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the night when somebody of the register stands among the tenants."""
    engines = _engine_seen(monkeypatch)
    original = pipeline.require_no_leak

    def refused(searched: Any) -> None:
        original(searched)
        if int(str(engines[0].rows("SELECT count(*) FROM register")[0][0])) % 2:
            raise GateRefused("Somebody of the register is a tenant.")

    monkeypatch.setattr(pipeline, "require_no_leak", refused)


def _register_badge(spy: Spy) -> None:
    number = spy.number("SELECT count(*) FROM register")
    spy.edit(spy.page(), "</body>", f'<p class="r{number}"></p></body>')


def _log_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write one public line for each withheld case."""
    original = Journal.write

    def more(self: Journal, event: str, **facts: Any) -> None:
        original(self, event, **facts)
        if event == "withheld":
            for _ in range(int(facts.get("count", 1))):
                original(self, "searched", files=0)

    monkeypatch.setattr(Journal, "write", more)


def _log_field(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the withheld among the pages of a public line."""
    engines = _engine_seen(monkeypatch)
    original = Journal.write

    def more(self: Journal, event: str, **facts: Any) -> None:
        if event in ("published", "unchanged"):
            grounds = engines[0].rows("SELECT count(*) FROM allocation_grounds")
            facts["pages"] = int(facts["pages"]) + int(str(grounds[0][0]))
        original(self, event, **facts)

    monkeypatch.setattr(Journal, "write", more)


def _more_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a step more for each withheld case, which shows in the time that a night takes."""
    engines = _engine_seen(monkeypatch)
    original = public_site.render_site

    def slow(*given: Any, **named: Any) -> None:
        original(*given, **named)
        for _ in range(int(str(engines[0].rows("SELECT count(*) FROM allocation_grounds")[0][0]))):
            _STEPS[-1]("again")

    class Watched(pipeline._Run):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            _STEPS.append(self._progress)

    monkeypatch.setattr(public_site, "render_site", slow)
    monkeypatch.setattr(pipeline, "_Run", Watched)


_STEPS: list[Callable[[Any], None]] = []


def _files_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a file anew for each withheld case, with the bytes that it had."""
    engines = _engine_seen(monkeypatch)

    def anew(original: Callable[..., bool]) -> Callable[..., bool]:
        def rewritten(self: Tree, *given: Any, **named: Any) -> bool:
            left = int(str(engines[0].rows("SELECT count(*) FROM allocation_grounds")[0][0]))
            return False if self.written < left else original(self, *given, **named)

        return rewritten

    monkeypatch.setattr(Tree, "reuse", anew(Tree.reuse))
    monkeypatch.setattr(Tree, "_is_as_before", anew(Tree._is_as_before))


def _releases_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Number the releases by what was withheld."""
    engines = _engine_seen(monkeypatch)
    original = pipeline.Releases.begin

    def jumped(self: Any, *given: Any) -> tuple[int, Any]:
        number, building = original(self, *given)
        step = int(str(engines[0].rows("SELECT count(*) FROM allocation_grounds")[0][0]))
        return number + step, building

    monkeypatch.setattr(pipeline.Releases, "begin", jumped)


def _log_of_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the public log stand for all lettings too."""
    original = pipeline.History

    class Counting(original):  # type: ignore[misc, valid-type]
        def __init__(self, log: Any, secret: bytes) -> None:
            count = engines[0].rows("SELECT count(*) FROM allocation_grounds")[0][0]
            super().__init__(log, secret + str(count).encode())

    engines = _engine_seen(monkeypatch)
    monkeypatch.setattr(pipeline, "History", Counting)


def _average(what: str) -> Callable[[Spy], str]:
    return lambda spy: f"<p>{spy.text(f'SELECT {what} FROM dwellings')} {spy.withheld}</p>"


LEAKS: tuple[Leak, ...] = (
    Leak("page present", "a page for a direct allocation", _every_model),
    Leak("page absent", "no page where a protected case came", at_barrier(_drop_withheld)),
    Leak("page content", "a protected letting shown as let", _no_barrier),
    Leak("wording", "another outcome", at_barrier(_for_withheld("outcome", "not_let"))),
    Leak("wording", "a label of its own", at_barrier(_for_withheld("label", "bijzonder"))),
    Leak("wording", "a month of letting", at_barrier(_for_withheld("energy_label", "A"))),
    Leak("gaps in numbers", "a running number in the address", at_barrier(_numbered_keys)),
    Leak("totals", "responses of others counted", at_barrier(_more_responses)),
    Leak("rank holes", "ranks that skip protected tenants", at_barrier(_rank_hole)),
    Leak("check counts", "passed over for a protected case", at_barrier(_passed_over)),
    Leak("check counts", "how many lettings were checked", at_barrier(_check_count)),
    Leak("check counts", "public verdicts over all rows", _judged_over_all),
    Leak("totals minus listed", "a total of all", in_body(lambda s: f"<p>{s.withheld}</p>")),
    Leak("list length", "rows without a dwelling",
         in_body(lambda s: "<li></li>" * s.withheld, "list")),
    Leak("page counts", "page 1 of so many",
         in_body(lambda s: f"<p>1/{s.withheld}</p>", "woningen/index.html")),
    Leak("empty headings", "a place without dwellings", after_render(_empty_heading)),
    Leak("averages", "the average rent of all", in_body(_average("avg(bare_rent)"))),
    Leak("medians", "the median rent of all", in_body(_average("median(bare_rent)"))),
    Leak("percentages", "a share of all", in_body(lambda s: f"<p>{100 / (9 + s.withheld)}</p>")),
    Leak("public log", "a line that also stands for what is withheld", _log_of_inputs),
    Leak("last updated", "the last change of any case",
         in_body(lambda s: s.text("SELECT max(allocated_on) || count(*) FROM allocations"))),
    Leak("sort order", "a list in the order of tenants", after_render(_sorted_by_tenant)),
    Leak("suffix numbers", "a class name with a number",
         in_body(lambda s: f'<p class="n-{s.withheld}"></p>', "list")),
    Leak("sitemap", "an address that is not there",
         after_render(lambda s: s.edit("sitemap.xml", "</sitemapindex>",
                                       f"<loc>{s.withheld}</loc></sitemapindex>"))),
    Leak("sitemap", "a date of change",
         after_render(lambda s: s.edit("sitemap.xml", "<sitemap>",
                                       f"<sitemap><lastmod>2026-11-{s.withheld}</lastmod>"))),
    Leak("gzip header", "the time in a gzip header", as_file("sitemap.xml.gz", _gzip_header)),
    Leak("search index", "an entry for a hidden dwelling",
         as_file("search/index.json", lambda s: f'["{s.hidden_address}"]')),
    Leak("feeds", "an item in a feed",
         as_file("feed.xml", lambda s: f"<rss>{'<item/>' * s.withheld}</rss>")),
    Leak("404 page", "a hint on the page for what is not there",
         in_body(lambda s: f"<p>{s.withheld}</p>", "404.html")),
    Leak("robots", "a forbidden address",
         as_file("robots.txt", lambda s: "Disallow: /x\n" * s.withheld)),
    Leak("prev/next links", "a link to the next dwelling of all",
         in_body(lambda s: f'<a href="{s.hidden_address}">volgende</a>', "page")),
    Leak("JSON-LD", "a count for search engines",
         in_head(lambda s: f'<script type="application/ld+json">{{"n":{s.withheld}}}</script>')),
    Leak("comments", "a comment in a page", in_body(lambda s: f"<!-- {s.withheld} -->", "page")),
    Leak("data attributes", "an attribute",
         in_body(lambda s: f'<p data-n="{s.withheld}"></p>', "page")),
    Leak("hidden DOM text", "a hidden paragraph",
         in_body(lambda s: f"<p hidden>{s.withheld}</p>", "page")),
    Leak("meta tags", "a description",
         in_head(lambda s: f'<meta name="d" content="{s.withheld}">')),
    Leak("source maps", "a source map",
         as_file("style.css.map", lambda s: f'{{"sources":["{s.withheld}"]}}')),
    Leak("PDF metadata", "an author in a PDF",
         as_file("data/verslag.pdf", lambda s: _pdf(f"/Author ({s.tenant})"))),
    Leak("XLSX internals", "a pivot cache in an office file",
         as_file("data/cijfers.xlsx", lambda s: _zipped(f"<s v='{s.tenant}'/>".encode()))),
    Leak("CSV columns", "a column of grounds",
         as_file("data/x.csv", lambda s: s.text(
             "SELECT string_agg(ground || ';' || allocated_on, chr(10) ORDER BY allocation_id) "
             "FROM allocation_grounds"))),
    Leak("CSV columns", "empty rows for hidden cases",
         as_file("data/x.csv", lambda s: "key;rent\n" + ";\n" * s.withheld)),
    Leak("file sizes", "padding", after_render(_padding)),
    Leak("modes", "a mode", after_render(_mode)),
    Leak("mtimes", "the time of a file", after_render(_file_time)),
    Leak("mtimes", "the time of a folder", _folder_time),
    Leak("leftover temp files", "a file that was left",
         as_file("woning/.tmp", lambda s: str(s.withheld))),
    Leak("leftover temp files", "a link that was left", after_render(_link_out)),
    Leak("file names", "an identifier in a file name",
         after_render(lambda s: s.put(f"woning/{s.tenant}.html", b""))),
    Leak("identifiers", "a tenant in base64",
         in_body(lambda s: base64.b64encode(f"id={s.tenant};".encode()).decode(), "page")),
    Leak("identifiers", "a name in an address",
         in_body(lambda s: f'<a href="?q={urllib.parse.quote(s.name)}">x</a>', "page")),
    Leak("register", "a mark on a page", after_render(_register_badge)),
    Leak("log entry counts", "a line for each case", _log_lines),
    Leak("log lines", "a count in a line", _log_field),
    Leak("exit codes", "a night that stops for the register", _exit_code),
    Leak("run time", "a step for each case", _more_steps),
    Leak("number of notices", "files written for nothing", _files_touched, nights=2),
    Leak("release numbers", "a number that jumps", _releases_kept),
)  # fmt: skip


def harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Change the pages by the same means as the leaks, and tell nothing."""

    def spoil(spy: Spy) -> None:
        spy.put("extra/note.txt", b"nothing")
        spy.edit("index.html", "</body>", "<!-- nothing --></body>")

    after_render(spoil)(monkeypatch)
