"""The page that lists the published reports, in the frame of the site.

Decides only how a report is called and where its page and its PDF stand; which
reports are published, the settings say.  The reports
themselves are in Dutch.
"""

from __future__ import annotations

from typing import NamedTuple

from allocation.site.edition import Edition

FOLDER = "rapporten/"


class Link(NamedTuple):
    """A report: what it is called, its page and its PDF."""

    label: str
    href: str
    pdf: str


def write_report_list(edition: Edition) -> str:
    """Write the page; return its address below the language's folder."""
    language, _ = edition.language, edition.language.gettext
    up = "../" * (FOLDER + edition.folder).count("/") + FOLDER
    links = []
    for period in edition.settings.reports:
        label = str(period.year)
        if period.quarter is not None:
            months = _("{first} t/m {last}").format(
                first=language.month_name(period.first), last=language.month_name(period.last)
            )
            label = _("{months} {year}").format(months=months, year=period.year)
        links.append(Link(label, f"{up}{period}/index.html", f"{up}{period}/rapport.pdf"))
    edition.page(FOLDER, _("Rapporten"), edition.macro("reports.html")(links))
    return FOLDER
