"""Public reports on the site: what somebody decided to publish, taken over every night.

Decides which files of a report are public and where they stand.  A public
stage: it copies finished files into the tree, where they are searched like
every other file, and lists them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from allocation.figures import Period
from allocation.reports import words
from allocation.reports.html import STYLE
from allocation.resources import templates_path
from allocation.tree import Tree

FOLDER = "rapporten"
PAGE, PDF, FIGURES = "index.html", "rapport.pdf", "cijfers.json"
PUBLISHED = (PAGE, PDF, STYLE)
"""The files of a report that stand on the site."""


def published_folder(state: Path) -> Path:
    """Return where public reports wait for the next night, below the private state."""
    return state / "reports" / "public"


def save_published(folder: Path, period: Period, files: Mapping[str, bytes]) -> None:
    """Keep a report for the site; an earlier one over the same period is replaced."""
    target = folder / str(period)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        fresh = target / f".{name}"
        fresh.write_bytes(content)
        fresh.replace(target / name)


def published_periods(folder: Path) -> list[Period]:
    """Return the periods over which a report was published, newest first."""
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        try:
            period = Period.parse(path.name)
        except ValueError:
            continue
        if (path / PAGE).exists():
            found.append(period)
    return sorted(found, key=lambda period: (period.last, period.quarter or 0), reverse=True)


def write_reports(folder: Path, association: str, tree: Tree) -> None:
    """Write every published report into the tree, and the page that lists them."""
    periods = published_periods(folder)
    for period in periods:
        for name in PUBLISHED:
            path = folder / str(period) / name
            if path.exists():
                tree.write(f"{FOLDER}/{period}/{name}", path.read_bytes())
    if not (tree.root / FOLDER / PAGE).exists():
        tree.write(f"{FOLDER}/{PAGE}", _list_page(association, periods))
        tree.write(f"{FOLDER}/{STYLE}", templates_path("reports", STYLE).read_bytes())


def read_saved(folder: Path) -> dict[str, tuple[str, dict[str, int]]]:
    """Return for each published report the night of its data and its figures."""
    saved = {}
    for period in published_periods(folder):
        path = folder / str(period) / FIGURES
        if path.exists():
            told = json.loads(path.read_text(encoding="utf-8"))
            saved[str(period)] = (str(told["until"]), dict(told["figures"]))
    return saved


def _list_page(association: str, periods: list[Period]) -> bytes:
    if periods:
        items = Markup("").join(
            Markup(
                '<li><a href="{p}/index.html">Verdeling van woningen in {title}</a> '
                '(<a href="{p}/rapport.pdf">PDF</a>)</li>\n'
            ).format(p=str(period), title=words.period(period))
            for period in periods
        )
        body = Markup("<ul>\n{}</ul>\n").format(items)
    else:
        body = Markup("<p>Er is nog geen rapport.</p>\n")
    page = Markup(
        '<!doctype html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<title>Rapporten – {association}</title>\n<link rel="stylesheet" href="{style}">\n'
        '</head>\n<body>\n<p><a href="../">Naar de site</a></p>\n<main>\n<h1>Rapporten</h1>\n'
        "<p>Elk kwartaal en elk jaar vertellen wij hoe de woningen zijn verdeeld. De "
        "huurdersvereniging kijkt mee.</p>\n{body}</main>\n</body>\n</html>\n"
    ).format(association=association, style=STYLE, body=body)
    return page.encode()
