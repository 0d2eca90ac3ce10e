"""The frame around every page: the one shell page that the chrome delivers.

Decides where a title, an address and a body go in, which of the association's
values stand in the chrome, and how a page refers to itself in the other
language.  Every value is escaped here before it meets HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup

from allocation.site.language import Language
from allocation.site.pattern import EMPTY, Html, Pattern, encoded, escaped
from allocation.site.settings import SiteSettings

SECTIONS = (
    "dwellings",
    "waiting",
    "rules",
    "figures",
    "about",
    "unseen",
    "report",
    "check",
    "privacy",
    "access",
)
"""The entries of the menus, by the name of their slot ``at_…``."""

_IN_SECTION = Html(b' aria-current="true"')
_ON_PAGE = Html(b' aria-current="page"')
_FOLDERS = {"nl": "", "en": "en/"}
_NAMES = {"nl": "Nederlands", "en": "English"}


def folder_of(language: str) -> str:
    """Return the folder of a language below the site's address; Dutch stands at the root."""
    return _FOLDERS[language]


def fixed_values(settings: SiteSettings) -> dict[str, Html]:
    """Return the slots whose value is the same on every page."""
    return {
        "association": escaped(settings.association),
        "work_area": escaped(settings.work_area),
        "base_url": escaped(settings.base_url),
        "contact": _contact(settings),
        "email": escaped(settings.email),
        "mail": escaped(quote(settings.email, safe="@")),
        "website": _website(settings.website),
    }


def _contact(settings: SiteSettings) -> Html:
    """Return links to the e-mail address and, where there is one, the phone number."""
    link = Markup('<a href="{}:{}">{}</a>')
    mail = link.format("mailto", quote(settings.email, safe="@"), settings.email)
    if not settings.phone:
        return encoded(mail)
    digits = re.sub(r"[^0-9+]", "", settings.phone)
    call = link.format("tel", digits, settings.phone)
    return encoded(Markup("{} · {}").format(mail, call))


def _website(address: str) -> Html:
    if not address.startswith("https://"):
        return EMPTY
    shown = address.removeprefix("https://").rstrip("/")
    return encoded(Markup('<a href="{}">{}</a>').format(address, shown))


def place_values(
    settings: SiteSettings, language: Language, root: str, section: str, on_page: bool
) -> dict[str, Html]:
    """Return the slots that a page's depth, language and place in the menu decide.

    They may hold the slot ``%%path%%``.  ``root`` leads to the start page of
    the page's language; ``section`` is one of ``SECTIONS`` or empty.
    """
    folder = folder_of(language.code)
    top = root + "../" * folder.count("/")
    base = Markup("{}").format(settings.base_url)
    values = {
        "root": escaped(root or "./"),
        "top": escaped(top or "./"),
        "here": encoded(base + folder),
        "alternates": encoded(_alternates(settings, base)),
        "switch": encoded(_switch(settings, language, top)),
        "description": escaped(
            language.gettext("Wie kreeg welke woning, hoeveel mensen reageerden en waarom.")
        ),
    }
    for name in SECTIONS:
        mark = _ON_PAGE if on_page else _IN_SECTION
        values[f"at_{name}"] = mark if name == section else EMPTY
    return values


def _alternates(settings: SiteSettings, base: Markup) -> Markup:
    if len(settings.languages) < 2:
        return Markup("")
    line = Markup('<link rel="alternate" hreflang="{}" href="{}{}%%path%%">')
    return Markup("\n").join(
        line.format(code, base, folder_of(code)) for code in settings.languages
    )


def _switch(settings: SiteSettings, language: Language, top: str) -> Markup:
    """Return links to the same page in the other languages."""
    link = Markup('<li><a href="{}{}%%path%%" hreflang="{}" lang="{}">{}</a></li>')
    return Markup("").join(
        link.format(top or "./", folder_of(code), code, code, _NAMES[code])
        for code in settings.languages
        if code != language.code
    )


class Frame:
    """The shell for one language, one depth of folder and one place in the menu."""

    def __init__(self, shell: str, values: Mapping[str, Html]) -> None:
        source = shell
        for name in ("alternates", "switch"):
            source = source.replace(f"%%{name}%%", values[name].decode())
        self._pattern = Pattern(source, ("title", "path", "content"), values)

    def page(self, path: str, title: str, content: Html) -> bytes:
        """Return the whole page; ``path`` is its address below its language's start page."""
        return self._pattern.fill((escaped(title), Html(path.encode()), content))
