"""The whole site of N dwellings: this project beside Hugo, plain mkdocs-material and ``cp -r``.

Hugo makes the pages from the same public values, with templates that say the
same (``tests/bench/hugo``): the dwellings, the lists per place, month and street,
in Dutch alone; it is compared with our site in Dutch alone.  mkdocs gets our
finished pages' own content, already written out, because it has no templates
for data.  Our time includes mkdocs for
the chrome, and starts from the public table.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.catalogue import public_catalogue
from allocation.vocabulary import Outcome, PassedOver, code_lists
from tests.bench.timing import Measured, run_command, run_telling

OURS = "allocation: the whole site, both languages"
OURS_WITHIN = "  of which from the public table to the finished tree"
DUTCH = "allocation: the whole site, Dutch alone"
AGAIN = "allocation: a night with 50 new outcomes"
AGAIN_WITHIN = "  of which from that table to its finished tree"
HUGO = "hugo: the same pages"
MKDOCS = "mkdocs-material: the same pages"
COPY = "cp -r of the finished tree"

_RENDER = """
import os, sys, time
from dataclasses import replace
from datetime import date, datetime, UTC
from pathlib import Path
import pandas  # which Arrow loads sooner or later: a night has done so long before its pages
import pyarrow as pa
import pyarrow.parquet as pq
from allocation.catalogue import public_catalogue
from allocation.config import read_config
from allocation.public_pages import site_settings
from allocation.public import PublicTable
from allocation.site.build import render_site
from allocation.file_list import FileList
from allocation.tree import Finished, Tree
folder, out, cache = map(Path, sys.argv[1:4])
languages = tuple(sys.argv[4].split(","))
previous, old = map(Path, sys.argv[5:7]) if len(sys.argv) > 5 else (None, None)
record = sorted((folder / "state" / "releases").iterdir())[-1]
table = PublicTable(pq.read_table(record / "public.parquet"))
config = read_config(folder / "allocation.toml")
settings = replace(site_settings(config, date(2026, 11, 22)), languages=languages)
if previous:
    rows = table.rows
    at = rows.column_names.index("response_count")
    counts = rows.column(at).to_pylist()
    step = max(1, len(counts) // 50)
    changed = [c + 1 if c is not None and n % step == 0 else c for n, c in enumerate(counts)]
    table = PublicTable(rows.set_column(at, rows.schema.field(at), pa.array(changed, pa.int64())))
started = time.monotonic()
def list_of(tree):
    return tree.with_name(f"{tree.name}-files.parquet")
before = Finished(previous, FileList.read(list_of(previous))) if previous else None
tree = Tree(out, datetime(2026, 11, 22, tzinfo=UTC), before)
render_site(table, settings, tree, cache, catalogue=public_catalogue())
tree.finish(Finished(old, before.files) if previous else None)
print(time.monotonic() - started, flush=True)
tree.files.write(list_of(out))
os._exit(0)  # as the program itself ends
"""


def measure(folder: Path, work: Path, *, with_mkdocs: bool) -> list[Measured]:
    """Measure on the public table of an office that has been built.

    Nothing is removed: a disk goes on with that while the next one is timed.
    """
    whole, again, ours = work / "both", work / "again", work / "ours"
    words = [sys.executable, "-c", _RENDER, str(folder)]
    cache = str(work / "cache")
    results = list(_timed(OURS, OURS_WITHIN, [*words, str(whole), cache, "nl,en"]))
    results.append(run_command(COPY, ["cp", "-r", str(whole), str(work / "copy")]))
    old = work / "old"  # the oldest of the releases that are kept, which a night uses up
    run_command("an older release", ["cp", "-al", str(whole), str(old)])
    night = [*words, str(again), cache, "nl,en", str(whole), str(old)]
    results += _timed(AGAIN, AGAIN_WITHIN, night)
    results.append(run_command(DUTCH, [*words, str(ours), cache, "nl"]))
    bodies = _bodies(ours) if with_mkdocs else {}
    if shutil.which("hugo"):
        rows = _rows(folder)
        _hugo_site(work / "hugo", ours, rows)
        results.append(
            run_command(HUGO, ["hugo", "--quiet", "--source", str(work / "hugo"), "--noTimes"])
        )
        _require_as_many(work / "hugo" / "public", len(rows))
    else:
        print("Hugo is not installed (apt-get install hugo): left out")
    if with_mkdocs:
        _mkdocs_site(work / "mkdocs", bodies)
        results.append(
            run_command(
                MKDOCS, [sys.executable, "-m", "mkdocs", "-q", "build"], cwd=work / "mkdocs"
            )
        )
        _require_as_many(work / "mkdocs" / "site", len(bodies))
    return results


def _timed(name: str, within: str, words: Sequence[str]) -> tuple[Measured, Measured]:
    """Time a command, and what it says itself of the part that counts."""
    whole, told = run_telling(name, words)
    return whole, Measured(within, float(told))


def _require_as_many(built: Path, wanted: int) -> None:
    """Stop when a generator wrote fewer pages than it was given: the ratio would be false."""
    found = sum(1 for _ in built.rglob("*.html"))
    if found < wanted:
        raise SystemExit(f"{built.parent.name} wrote {found} of {wanted} pages")


def _bodies(tree: Path) -> dict[str, tuple[str, str]]:
    """Return the title and main part of every HTML page, by path without suffix."""
    bodies = {}
    for path in sorted(tree.rglob("*.html")):
        page = HTMLParser(path.read_text(encoding="utf-8"))
        title, main = page.css_first("title"), page.css_first("main")
        if title is not None and main is not None:
            name = str(path.relative_to(tree).with_suffix(""))
            bodies[name] = (title.text().replace('"', "'"), main.html or "")
    return bodies


def _rows(folder: Path) -> list[dict[str, object]]:
    """Return the public rows of an office that has been built."""
    record = sorted((folder / "state" / "releases").iterdir())[-1]
    return pq.read_table(record / "public.parquet").to_pylist()


def _hugo_site(folder: Path, ours: Path, rows: list[dict[str, object]]) -> None:
    """Write a Hugo project of the same dwellings, in a frame made from our own shell."""
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    page = next((ours / "woning").glob("*.html")).read_text(encoding="utf-8")
    start, end = page.index("<main"), page.index("</main>")
    inside = page.index(">", start) + 1
    head = page[:inside].split("<title>")
    title_end = head[1].index("</title>")
    frame = head[0] + "<title>{{ .Title }}" + head[1][title_end:]
    (layouts / "baseof.html").write_text(
        frame + '{{ block "main" . }}{{ end }}' + page[end:], encoding="utf-8"
    )
    for name in ("single.html", "list.html"):
        shutil.copy(Path(__file__).parent / "hugo" / name, layouts)
    shutil.copy(layouts / "list.html", layouts.parent / "index.html")
    (folder / "data").mkdir()
    (folder / "data" / "words.json").write_text(json.dumps(_words()), encoding="utf-8")
    (folder / "config.toml").write_text(
        'baseURL = "http://localhost/"\nuglyURLs = true\nlanguageCode = "nl"\n'
        'disableKinds = ["RSS", "section"]\n[taxonomies]\nplace = "places"\nmonth = "months"\n'
        'street = "streets"\n',
        encoding="utf-8",
    )
    content = folder / "content" / "woning"
    content.mkdir(parents=True)
    for row in rows:
        address = f"{row['street']} {row['house_number'] or ''}".strip()
        facts = {name: value for name, value in row.items() if value is not None} | {
            "title": f"{address}, {row['place']}",
            "address": address,
            "places": [row["place"]],
            "months": [str(row["closes_on"] or row["opens_on"])[:7]],
            "streets": [f"{row['place']} {row['street']}"],
        }
        text = json.dumps(facts, default=_plain)
        (content / f"{row['key']}.md").write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _words() -> dict[str, dict[str, str]]:
    """Return the words that Hugo's templates look up."""
    outcomes = [str(outcome) for outcome in Outcome]
    lists = {
        name: {code.code: code.name_nl for code in code_lists()[name].values()}
        for name in ("dwelling_type", "ordering")
    }
    facts = ("dwelling_type", "room_count", "bare_rent", "floor_area_m2", "energy_label",
             "neighbourhood", "municipality", "label")  # fmt: skip
    passed = [f"passed_{kind}" for kind in PassedOver]
    return lists | {
        "outcome": {name: name for name in outcomes},
        "sentence": {name: f"Wat er gebeurde: {name}." for name in outcomes},
        "meaning": {name: f"Zo staat de woning er nu voor: {name}." for name in outcomes},
        "facts": {name: name for name in facts},
        "passed": {name: f"kandidaten: {name}" for name in passed},
        "rules": {rule.id: rule.title_nl for rule in public_catalogue().rules},
        "priority": {"local_connection": "mensen met een band met de streek"},
    }


def _mkdocs_site(folder: Path, bodies: dict[str, tuple[str, str]]) -> None:
    """Write a plain mkdocs-material project with the same pages, none in the navigation."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(
        "site_name: bench\ntheme:\n  name: material\n  font: false\nplugins: []\n"
        "nav:\n  - index.md\n",
        encoding="utf-8",
    )
    for name, (title, main) in bodies.items():
        target = folder / "docs" / f"{name}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        flat = " ".join(line.strip() for line in main.splitlines())
        target.write_text(f'---\ntitle: "{title}"\n---\n{flat}\n', encoding="utf-8")
