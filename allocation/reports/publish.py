"""Public reports on the site: what somebody decided to publish, taken over every night.

Decides which files of a report are public and where they stand.  A public
stage: it copies finished files into the tree, where they are searched like
every other file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from allocation.periods import Period
from allocation.reports.html import STYLE
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


def write_reports(folder: Path, tree: Tree) -> None:
    """Write every published report into the tree; the site has a page that lists them."""
    for period in published_periods(folder):
        for name in PUBLISHED:
            path = folder / str(period) / name
            if path.exists():
                tree.write(f"{FOLDER}/{period}/{name}", path.read_bytes())


def read_saved(folder: Path) -> dict[str, tuple[str, dict[str, int]]]:
    """Return for each published report the night of its data and its figures."""
    saved = {}
    for period in published_periods(folder):
        path = folder / str(period) / FIGURES
        if path.exists():
            told = json.loads(path.read_text(encoding="utf-8"))
            saved[str(period)] = (str(told["until"]), dict(told["figures"]))
    return saved
