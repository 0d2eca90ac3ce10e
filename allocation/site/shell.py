"""The frame around every page: the one shell page that the chrome delivers.

Decides where a title, an address and a body go in, and which of the
association's values stand in the chrome.  Every value is escaped here before
it meets HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup

from allocation.site.pattern import EMPTY, Html, Pattern, encoded, escaped
from allocation.site.settings import SiteSettings


def fixed_values(settings: SiteSettings) -> dict[str, Html]:
    """Return the slots whose value is the same on every page."""
    return {
        "association": escaped(settings.association),
        "work_area": escaped(settings.work_area),
        "base_url": escaped(settings.base_url),
        "contact": _contact(settings),
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


class Frame:
    """The shell for one depth of folder and one place in the menu."""

    def __init__(self, shell: str, values: Mapping[str, Html], root: str, current: Html) -> None:
        constants = {**values, "root": escaped(root), "menu_dwellings": current}
        self._pattern = Pattern(shell, ("title", "address", "content"), constants)
        self._base_url = values["base_url"]

    def page(self, path: str, title: str, content: Html) -> bytes:
        """Return the whole page; ``path`` is its address below the base address."""
        address = Html(self._base_url + path.encode())
        return self._pattern.fill((escaped(title), address, content))
