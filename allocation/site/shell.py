"""The frame around every page: the one shell page that the chrome delivers.

Decides where a title, an address and a body go in, which of the association's
values stand in the chrome, and how a page refers to itself in the other
language.  Every value is escaped here before it meets HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from markupsafe import Markup, escape

from allocation.site.language import Language
from allocation.site.pattern import EMPTY, Column, Html, Pattern, encoded, escaped
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


_NESTED = ("alternates", "switch", "logo")
"""Slots whose value holds slots itself."""

_ADDRESS = re.compile(r"https://[^\s<>\"']*[\w/]")
_NEW_PARAGRAPH = re.compile(r"\n\s*\n")


def fixed_values(settings: SiteSettings, language: Language) -> dict[str, Html]:
    """Return the slots whose value is the same on every page of a language."""
    _, own = language.gettext, settings.texts.get(language.code, {})
    promise = own.get("promise") or _(
        "Huurwoningen zijn schaars. U mag van ons verwachten dat wij ze eerlijk verdelen. "
        "Daarom leggen wij bij elke woning uit hoe het ging. Niet één keer per jaar, maar steeds "
        "opnieuw."
    )
    complaint = own.get("complaint") or _(
        "Bent u het niet eens met ons antwoord? Dan kunt u een klacht indienen. Vraag ons hoe dat "
        "gaat. U kunt ook hulp vragen aan de huurdersvereniging."
    )
    return {
        "logo": _logo(settings),
        "promise": _paragraphs(promise),
        "complaint": _paragraphs(complaint),
        "association": escaped(settings.association),
        "work_area": escaped(settings.work_area),
        "base_url": escaped(settings.base_url),
        "contact": _contact(settings),
        "email": escaped(settings.email),
        "mail": escaped(quote(settings.email, safe="@")),
        "website": _website(settings.website),
        "program": _program(settings.program_url, language),
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


def _logo(settings: SiteSettings) -> Html:
    """Return the logo, or a small house, and the name where the logo does not hold it."""
    logo = settings.logo
    if logo is None:
        return encoded(_HOUSE + _NAME)
    holds_name = settings.logo_holds_name
    image = Markup('<img src="%%top%%{}" width="{}" height="{}" alt="{}">').format(
        logo.name, logo.width, logo.height, Markup("%%association%%") if holds_name else ""
    )
    return encoded(image if holds_name else image + _NAME)


_NAME = Markup("<span>%%association%%</span>")
_HOUSE = Markup(
    '<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M4 15 16 5l12 10v12H4z"/>'
    '<path d="M16 5v22M4 16.5h24"/></svg>'
)


def _paragraphs(text: str) -> Html:
    """Return plain text for a slot inside a paragraph; an empty line begins a new one."""
    parts = [_linked(part) for part in _NEW_PARAGRAPH.split(text.strip())]
    return encoded(Markup("</p>\n<p>").join(parts))


def _linked(text: str) -> Markup:
    """Escape a text, with every https address in it as a link."""
    link, pieces, at = Markup('<a href="{}">{}</a>'), Markup(""), 0
    for found in _ADDRESS.finditer(text):
        pieces += text[at : found.start()]
        pieces += link.format(found[0], found[0].removeprefix("https://").rstrip("/"))
        at = found.end()
    return pieces + text[at:]


def with_nested(source: str, values: Mapping[str, Html]) -> str:
    """Put the values that hold slots themselves into a page, so that those are filled too."""
    for name in _NESTED:
        source = source.replace(f"%%{name}%%", values[name].decode())
    return source


def _website(address: str) -> Html:
    if not address.startswith("https://"):
        return EMPTY
    shown = address.removeprefix("https://").rstrip("/")
    return encoded(Markup('<a href="{}">{}</a>').format(address, shown))


def _program(address: str, language: Language) -> Html:
    """Return a sentence on where to get the program."""
    _ = language.gettext
    if not address:
        return escaped(_("Vraag ons waar u dat programma vindt."))
    shown = address.removeprefix("https://").rstrip("/")
    link = Markup('<a href="{}">{}</a>').format(address, shown)
    return encoded(escape(_("U vindt dat programma op {address}.")).format(address=link))


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
        source = with_nested(shell, values)
        self._pattern = Pattern(source, ("title", "path", "content"), values)

    def page(self, path: str, title: str, content: Html) -> bytes:
        """Return the whole page; ``path`` is its address below its language's start page."""
        return self._pattern.fill((escaped(title), Html(path.encode()), content))

    def pages(self, titles: Column, paths: Column, contents: Column) -> Iterator[bytes]:
        """Return many whole pages."""
        return self._pattern.fill_all((titles, paths, contents))
