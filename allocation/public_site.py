"""The site as a function of public values: pages and open data, and nothing else.

Decides what the site is made from, and that the package of the open data tells it:
whoever has the tables can make every file again.  A public stage; of the
configuration it sees the public settings alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from allocation import __version__
from allocation.opendata.metadata import Publisher
from allocation.opendata.write import write_open_data
from allocation.public import Catalogue, PublicTable, Statements
from allocation.resources import data_path, templates_path
from allocation.sharing import beside
from allocation.site.build import render_site
from allocation.site.settings import SiteSettings
from allocation.tree import Tree, Written

_LIBRARIES = ("jinja2", "markupsafe", "babel", "mkdocs", "mkdocs-material", "numpy", "pyarrow")


def write_site(
    table: PublicTable,
    statements: Statements,
    settings: SiteSettings,
    catalogue: Catalogue,
    tree: Tree,
    chrome_cache: Path,
) -> None:
    """Write the pages and the open data into a tree that is then to be finished.

    ``chrome_cache`` is a private folder of ours.  The open data has no part in the
    pages, and is written beside them.
    """

    def open_data() -> Written:
        branch = tree.branch()
        about = _publisher(settings, _made_from(statements, settings))
        write_open_data(table, statements, catalogue.rules, about, branch)
        return branch.facts()

    with beside(open_data) as finish:
        render_site(table, settings, tree, chrome_cache, catalogue=catalogue, statements=statements)
        tree.adopt(finish())


@cache
def program() -> dict[str, str]:
    """Return which program this is: its version, and a hash of all that decides what it writes."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    sources = [*package.rglob("*.py"), *package.rglob("*.sql"), data_path("code_lists.csv")]
    texts = [path for path in templates_path().rglob("*") if path.is_file()]
    for name in sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in sources + texts):
        digest.update(name.encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    return {"version": __version__, "mark": digest.hexdigest()}


def _made_from(statements: Statements, settings: SiteSettings) -> dict[str, object]:
    """Return what the site is made from beside the tables, as plain values."""
    return {
        "program": program(),
        "settings": settings.told(),
        "statements": json.loads(json.dumps(asdict(statements), default=str)),
    }


def _publisher(settings: SiteSettings, made_from: Mapping[str, object]) -> Publisher:
    """Return what the open data may know of the settings."""
    return Publisher(
        association=settings.association,
        work_area=settings.work_area,
        email=settings.email,
        website=settings.website,
        base_url=settings.base_url,
        data_until=settings.data_until,
        made_from=made_from,
    )
