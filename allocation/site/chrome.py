"""The chrome: the fixed pages and the shell, made by MkDocs with our own theme pages.

Decides when MkDocs has to run (whenever a source of the chrome or a version
changed) and which of its files are kept: our pages, and only those assets
that a page refers to.  No setting and no export value ever goes into MkDocs:
pages leave it with slots, which are filled later.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
from base64 import b64decode, b64encode
from importlib.metadata import version
from pathlib import Path

from allocation.resources import templates_path

SHELL = "shell/index.html"
NOT_FOUND = "404.html"

_MADE_ELSEWHERE = frozenset({"index.html", SHELL})
_PACKAGES = ("mkdocs", "mkdocs-material", "markdown", "jinja2")
_REFERENCE = re.compile(r'(?:href|src)="(?:%%root%%|\.{0,2}/)*([^"#?:%]+)"')


def chrome_key() -> str:
    """Return a hash of everything that decides the chrome."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\n".encode())
    for path in _sources():
        name = path.relative_to(templates_path()).as_posix()
        digest.update(json.dumps([name, path.read_text(encoding="utf-8")]).encode())
    return digest.hexdigest()


def _sources() -> list[Path]:
    folders = (templates_path("theme"), templates_path("pages"))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted([*files, templates_path("mkdocs.yml")])


def read_chrome(cache: Path) -> dict[str, bytes]:
    """Return the chrome's files by path, from the cache or by running MkDocs."""
    kept = cache / f"chrome-{chrome_key()[:32]}.json"
    try:
        stored = json.loads(kept.read_bytes())
        return {path: b64decode(text) for path, text in stored.items()}
    except (FileNotFoundError, ValueError):
        files = _run_mkdocs()
    cache.mkdir(parents=True, exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=cache, prefix="fresh-")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({path: b64encode(data).decode() for path, data in files.items()}, file)
    for old in cache.glob("chrome-*.json"):
        old.unlink(missing_ok=True)
    Path(fresh).replace(kept)
    return files


def _run_mkdocs() -> dict[str, bytes]:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "true")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    with tempfile.TemporaryDirectory(prefix="chrome-") as name:
        folder = Path(name)
        shutil.copytree(templates_path("theme"), folder / "theme")
        shutil.copytree(templates_path("pages", "nl"), folder / "docs")
        shutil.copyfile(templates_path("mkdocs.yml"), folder / "mkdocs.yml")
        log = logging.getLogger("mkdocs")
        level = log.level
        log.setLevel(logging.ERROR)
        try:
            build(load_config(str(folder / "mkdocs.yml"), site_dir=str(folder / "site")))
        finally:
            log.setLevel(level)
        return _keep(folder / "site")


def _keep(site: Path) -> dict[str, bytes]:
    pages = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}
    wanted = {match for page in pages.values() for match in _REFERENCE.findall(page.decode())}
    assets = {name: (site / name).read_bytes() for name in wanted if (site / name).is_file()}
    kept = pages | assets
    return {name: kept[name] for name in sorted(kept)}


def is_made_elsewhere(path: str) -> bool:
    """Say whether a file of the chrome is no page of its own."""
    return path in _MADE_ELSEWHERE
