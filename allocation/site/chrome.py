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
    folders = (templates_path("theme"), templates_path("pages"), templates_path("translations"))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sorted([*files, templates_path("mkdocs.yml")])


def read_chrome(cache: Path, language: str = "nl") -> dict[str, bytes]:
    """Return a language's files by path, from the cache or by running MkDocs."""
    kept = cache / f"chrome-{language}-{chrome_key()[:32]}.json"
    try:
        stored = json.loads(kept.read_bytes())
        return {path: b64decode(text) for path, text in stored.items()}
    except (FileNotFoundError, ValueError):
        files = _run_mkdocs(language)
    cache.mkdir(parents=True, exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=cache, prefix="fresh-")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump({path: b64encode(data).decode() for path, data in files.items()}, file)
    for old in cache.glob(f"chrome-{language}-*.json"):
        old.unlink(missing_ok=True)
    Path(fresh).replace(kept)
    return files


def _run_mkdocs(language: str) -> dict[str, bytes]:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "true")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    with tempfile.TemporaryDirectory(prefix="chrome-") as name:
        folder = Path(name)
        shutil.copytree(templates_path("theme"), folder / "theme")
        shutil.copytree(templates_path("pages", language), folder / "docs")
        settings = templates_path("mkdocs.yml").read_text(encoding="utf-8")
        (folder / "mkdocs.yml").write_text(
            settings.replace("language: nl", f"language: {language}"), encoding="utf-8"
        )
        _write_translations(folder / "theme" / "locales" / "en" / "LC_MESSAGES", language)
        log = logging.getLogger("mkdocs")
        level = log.level
        log.setLevel(logging.ERROR)
        try:
            build(load_config(str(folder / "mkdocs.yml"), site_dir=str(folder / "site")))
        finally:
            log.setLevel(level)
        return _keep(folder / "site")


def _write_translations(folder: Path, language: str) -> None:
    """Give our theme pages their words.

    MkDocs looks for them under its own locale, English, whatever the theme's language is.
    """
    path = templates_path("translations", f"{language}.po")
    if not path.exists():
        return
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    folder.mkdir(parents=True)
    with path.open("rb") as source, (folder / "messages.mo").open("wb") as target:
        write_mo(target, read_po(source, locale=language))


def _keep(site: Path) -> dict[str, bytes]:
    pages = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}
    wanted = {match for page in pages.values() for match in _REFERENCE.findall(page.decode())}
    assets = {name: (site / name).read_bytes() for name in wanted if (site / name).is_file()}
    kept = pages | assets
    return {name: kept[name] for name in sorted(kept)}


def is_made_elsewhere(path: str) -> bool:
    """Say whether a file of the chrome is no page of its own."""
    return path in _MADE_ELSEWHERE
