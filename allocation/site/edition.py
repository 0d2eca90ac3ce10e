"""One language of the site: its templates, its frames and the writing of its pages.

Decides how a body becomes a file of one language: the frame for its depth and
its place in the menu, the folder of the language, and whether the last
release's file can be taken over.  It knows no page by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment
from markupsafe import Markup

from allocation.public import Catalogue
from allocation.resources import templates_path
from allocation.site.chrome import NOT_FOUND, SHELL, is_made_elsewhere, read_chrome
from allocation.site.dwelling import DwellingPages
from allocation.site.language import Language
from allocation.site.pattern import Html, Pattern, encoded, escaped
from allocation.site.settings import SiteSettings
from allocation.site.shell import (
    SECTIONS,
    Frame,
    fixed_values,
    folder_of,
    place_values,
    with_nested,
)
from allocation.site.templates import compiled_folder, make_environment
from allocation.tree import Tree

_KEY_SIZE = hashlib.blake2b.MAX_KEY_SIZE
_SECTION_OF = {
    "over": "about",
    "wat-u-niet-ziet": "unseen",
    "klopt-er-iets-niet": "report",
    "controleer": "check",
    "privacy": "privacy",
    "toegankelijkheid": "access",
    "woningen": "dwellings",
    "wachttijd": "waiting",
    "zo-verdelen-wij": "rules",
    "cijfers": "figures",
}


class Edition:
    """The site in one language; ``version`` is a hash of what decides every page.

    ``cache`` is a private folder of ours for what MkDocs and Jinja made.
    """

    def __init__(
        self,
        code: str,
        settings: SiteSettings,
        tree: Tree,
        cache: Path,
        catalogue: Catalogue,
        version: str,
    ) -> None:
        self.language = Language(code)
        self.folder = folder_of(code)
        self.settings = settings
        self.tree = tree
        self.catalogue = catalogue
        self._chrome = chrome = read_chrome(cache, code)
        self._values = fixed_values(settings, self.language)
        self._shell = chrome[SHELL].decode()
        self._version = f"{code} {version}".encode()[:_KEY_SIZE]
        self._frames: dict[tuple[str, str, bool], Frame] = {}
        self.environment: Environment = make_environment(
            templates_path("templates"), self.language, compiled_folder(cache, code, version)
        )
        here = place_values(settings, self.language, "../", "dwellings", False)["here"]
        fixed = self._values | {"here": here}
        self.dwellings = DwellingPages(
            self.environment, self.language, catalogue, fixed, settings.hidden
        )

    def macro(self, template: str, name: str = "page") -> Callable[..., Markup]:
        """Return a macro of one of the templates."""
        found: Callable[..., Markup] = vars(self.environment.get_template(template).module)[name]
        return found

    def hash(self, values: object) -> str:
        """Return a fingerprint of values, in this language and version of the site."""
        text = values if isinstance(values, str) else json.dumps(values, default=str)
        return hashlib.blake2b(text.encode(), key=self._version, digest_size=16).hexdigest()

    def frame(self, path: str, on_page: bool) -> Frame:
        """Return the frame for a page; ``path`` is its address below the language's folder."""
        root = "../" * path.count("/")
        first = path.partition("/")[0]
        section = _SECTION_OF.get(first, "dwellings" if first == "woning" else "")
        found = self._frames.get((root, section, on_page))
        if found is None:
            values = place_values(self.settings, self.language, root, section, on_page)
            found = Frame(self._shell, self._values | values)
            self._frames[root, section, on_page] = found
        return found

    def reuse(self, path: str, fingerprint: str) -> bool:
        """Take over the last release's page when nothing that decides it changed."""
        return self.tree.reuse(self.file(path), fingerprint)

    def file(self, path: str) -> str:
        """Return the file of a page's address."""
        name = f"{path}index.html" if path == "" or path.endswith("/") else path
        return f"{self.folder}{name}"

    def page(
        self,
        path: str,
        title: str,
        body: Markup | Html,
        fingerprint: str | None = None,
        tree: Tree | None = None,
    ) -> None:
        """Write one page, to a branch of the tree where one is given.

        ``path`` is its address below the language's folder.
        """
        content = encoded(body) if isinstance(body, Markup) else body
        on_page = path.count("/") == 1 and path.endswith("/")
        data = self.frame(path, on_page).page(path, title, content)
        (tree or self.tree).write(self.file(path), data, fingerprint)

    def write_chrome(self) -> list[str]:
        """Write the fixed pages; return their addresses below the language's folder."""
        written = []
        for path, data in self._chrome.items():
            if is_made_elsewhere(path):
                continue
            if not path.endswith(".html"):
                if not self.folder:
                    self.tree.write(path, data)
                continue
            address = path.removesuffix("index.html")
            root = "../" * path.count("/")
            if path == NOT_FOUND:
                root = urlsplit(self.settings.base_url).path + self.folder
            values = place_values(
                self.settings, self.language, root, self._section(path), on_page=True
            )
            if path == NOT_FOUND:
                values |= self._not_found_values()
            source = with_nested(data.decode(), {**self._values, **values})
            known = {**self._values, **values, "path": Html(address.encode())}
            self.tree.write(f"{self.folder}{path}", Pattern(source, (), known).fill(()))
            if path != NOT_FOUND:
                written.append(address)
        return written

    def _not_found_values(self) -> dict[str, Html]:
        """Return values without a page of its own: it is served for any address."""
        top = urlsplit(self.settings.base_url).path
        values = place_values(self.settings, self.language, top, "", on_page=False)
        switch = values["switch"].replace(b"../", b"").replace(b"%%path%%", b"")
        return {"top": escaped(top), "switch": Html(switch)}

    def _section(self, path: str) -> str:
        section = _SECTION_OF.get(path.partition("/")[0], "")
        return section if section in SECTIONS else ""
