"""The whole site of N dwellings: this project beside Hugo, plain mkdocs-material and ``cp -r``.

Hugo and mkdocs get our finished pages' own content, already written out, and
only put it into a template and write it; that is less than what we do, so the
comparison is in their favour.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tests.bench.timing import Measured, run_command

OURS = "allocation: the whole site, chrome included"
HUGO = "hugo: the same pages"
MKDOCS = "mkdocs-material: the same pages"
COPY = "cp -r of the finished tree"

_RENDER = """
import sys
from datetime import date, datetime, UTC
from pathlib import Path
import pyarrow.parquet as pq
from allocation.config import read_config
from allocation.pipeline import site_settings
from allocation.public import PublicTable
from allocation.site.build import render_site
from allocation.tree import Tree
folder, out, cache = map(Path, sys.argv[1:4])
record = sorted((folder / "state" / "releases").iterdir())[-1]
table = PublicTable(pq.read_table(record / "public.parquet"))
config = read_config(folder / "allocation.toml")
tree = Tree(out, datetime(2026, 11, 22, tzinfo=UTC))
render_site(table, site_settings(config, date(2026, 11, 22)), tree, cache)
tree.finish()
"""


def measure(folder: Path, work: Path, *, with_mkdocs: bool) -> list[Measured]:
    """Measure on the public table of an office that has been built."""
    ours = work / "ours"
    words = [sys.executable, "-c", _RENDER, str(folder), str(ours), str(work / "cache")]
    results = [run_command(OURS, words)]
    bodies = _bodies(ours)
    if shutil.which("hugo"):
        _hugo_site(work / "hugo", ours, bodies)
        results.append(
            run_command(HUGO, ["hugo", "--quiet", "--source", str(work / "hugo"), "--noTimes"])
        )
        shutil.rmtree(work / "hugo")
    else:
        print("Hugo is not installed (apt-get install hugo): left out")
    if with_mkdocs:
        _mkdocs_site(work / "mkdocs", bodies)
        results.append(
            run_command(
                MKDOCS, [sys.executable, "-m", "mkdocs", "-q", "build"], cwd=work / "mkdocs"
            )
        )
        shutil.rmtree(work / "mkdocs")
    results.append(run_command(COPY, ["cp", "-r", str(ours), str(work / "copy")]))
    shutil.rmtree(work / "copy")
    return results


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


def _hugo_site(folder: Path, ours: Path, bodies: dict[str, tuple[str, str]]) -> None:
    """Write a Hugo project with the same pages, in a layout made from our own shell."""
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    page = next((ours / "woning").glob("*.html")).read_text(encoding="utf-8")
    start, end = page.index("<main"), page.index("</main>") + len("</main>")
    head = page[:start].replace("{{", "").split("<title>")
    title_end = head[1].index("</title>")
    shell = head[0] + "<title>{{ .Title }}" + head[1][title_end:] + "{{ .Content }}" + page[end:]
    for name in ("single.html", "list.html"):
        (layouts / name).write_text(shell, encoding="utf-8")
    (layouts.parent / "index.html").write_text(shell, encoding="utf-8")
    (folder / "config.toml").write_text(
        'baseURL = "http://localhost/"\nuglyURLs = true\n'
        'disableKinds = ["taxonomy", "term", "RSS"]\n',
        encoding="utf-8",
    )
    for name, (title, main) in bodies.items():
        target = folder / "content" / f"{name.replace('/index', '/_index')}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f'---\ntitle: "{title}"\n---\n{main}', encoding="utf-8")


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
