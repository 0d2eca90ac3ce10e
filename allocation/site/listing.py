"""The start page, the overview and the lists of dwellings as files of one language.

Decides what stands on those pages and when a list can be taken over from the
last release: when none of its rows changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from allocation.public import Letting
from allocation.sharing import share
from allocation.site.edition import Edition
from allocation.site.feeds import FEED
from allocation.site.fragments import outcome_labels
from allocation.site.lists import Child, ListPage, Lists, Overview
from allocation.site.rows import Rows
from allocation.site.start import newest_outcomes, start_page
from allocation.tree import Written
from allocation.vocabulary import Ordering, Outcome

LEAST_FILES = 200
"""Fewer files with lists than this are not worth a process of their own."""


class ListPages:
    """Writes every page that lists dwellings."""

    def __init__(self, edition: Edition, rows: Rows) -> None:
        self._edition = edition
        self._rows = rows

    def write(self) -> list[str]:
        """Write them all; return their addresses."""
        overview = Lists(self._edition.language, self._rows).arrange()
        fresh = []
        for page in overview.pages:
            fingerprint = self._edition.hash(self._facts(page))
            if not self._edition.reuse(page.path, fingerprint):
                fresh.append((page, fingerprint))
        if fresh:  # make all their rows at once
            self._rows.take(np.unique(np.concatenate([page.rows for page, _ in fresh])))
        for part in share(fresh, self._write_lists, LEAST_FILES):
            self._edition.tree.adopt(part)
        self._write_overview(overview)
        self._write_start(overview)
        self._write_search(overview)
        return ["", "woningen/", "woningen/zoek/", *(page.path for page in overview.pages)]

    def _write_lists(self, pages: Sequence[tuple[ListPage, str]]) -> Written:
        """Render and write lists; return what the tree must know of them."""
        render, tree = self._edition.macro("list.html"), self._edition.tree.branch()
        for page, fingerprint in pages:
            body = render(self._view(page), self.listed(self._rows.take(page.rows), page.root))
            self._edition.page(page.path, page.heading, body, fingerprint, tree)
        return tree.facts()

    def listed(self, rows: Sequence[Letting], root: str) -> Markup:
        """Return the rows of a list for a template, which would escape them otherwise."""
        rendered = self._edition.dwellings.list_rows(rows, root)
        return Markup(rendered.decode())  # noqa: S704 - every row is safe HTML

    def _facts(self, page: ListPage) -> str:
        children = [(child.label, child.path, child.count) for child in page.children]
        rows = self._rows.mark_of(page.rows)
        told = page.path, page.label, page.heading, page.crumbs, page.count, children, rows
        return repr(told)

    def _view(self, page: ListPage) -> dict[str, object]:
        _ = self._edition.language.gettext
        links = []
        if page.streets:
            links.append((_("Kies een straat"), f"{page.root}{page.streets}"))
            links.append((_("Volg nieuwe uitkomsten (Atom)"), FEED))
        return {
            "root": page.root,
            "label": page.label,
            "heading": page.heading,
            "crumbs": [(label, f"{page.root}{path}") for label, path in page.crumbs],
            "count": page.count,
            "count_text": self._edition.language.number(page.count),
            "children": self._links(page.children, page.root),
            "choose": page.choose,
            "rows_given": len(page.rows) > 0,
            "by_number": page.by_number,
            "links": links,
        }

    def _links(self, children: Sequence[Child], root: str) -> list[dict[str, str]]:
        number = self._edition.language.number
        return [
            {"label": child.label, "href": f"{root}{child.path}", "count": number(child.count)}
            for child in children
        ]

    def _write_overview(self, overview: Overview) -> None:
        """Write the page with all places and all months."""
        years: dict[int, list[dict[str, str]]] = defaultdict(list)
        for month, child in overview.months:
            named = Child(self._edition.language.month_name(month), child.path, child.count)
            years[month.year] += self._links([named], "../")
        total = sum(child.count for child in overview.places)
        places = self._links(overview.places, "../")
        body = self._edition.macro("overview.html")(places, list(years.items()), total)
        body += self._dataset(overview)
        self._edition.page("woningen/", self._edition.language.gettext("Alle woningen"), body)

    def _dataset(self, overview: Overview) -> Markup:
        """Return a description of the site as a data set, for search engines."""
        settings, _ = self._edition.settings, self._edition.language.gettext
        told: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": _("Wie kreeg welke woning?"),
            "description": _("Wie kreeg welke woning, hoeveel mensen reageerden en waarom."),
            "url": f"{settings.base_url}{self._edition.folder}woningen/",
            "inLanguage": self._edition.language.code,
            "isAccessibleForFree": True,
            "creator": {"@type": "Organization", "name": settings.association},
            "spatialCoverage": settings.work_area,
        }
        if overview.months:
            last, first = overview.months[0][0], overview.months[-1][0]
            told["temporalCoverage"] = f"{first:%Y-%m}/{last:%Y-%m}"
        text = json.dumps(told, ensure_ascii=True).replace("<", "\\u003c")
        script = f'<script type="application/ld+json">{text}</script>'
        return Markup(script)  # noqa: S704 - JSON without "<"

    def _write_search(self, overview: Overview) -> None:
        """Write the page that every search field leads to."""
        places = self._links(overview.places, "../../")
        body = self._edition.macro("overview.html", "search")(places, self._filters(overview))
        title = self._edition.language.gettext("Zoek een woning")
        self._edition.page("woningen/zoek/", title, body)

    def _filters(self, overview: Overview) -> dict[str, list[tuple[str, str]]]:
        """Return the options of every filter, as value and text; none where it is hidden."""
        hidden = self._edition.settings.hidden
        language, _ = self._edition.language, self._edition.language.gettext
        kinds = self._rows.dwelling_type.values
        types = [(kind, _capital(language.label("dwelling_type", kind))) for kind in kinds]
        labels = outcome_labels(language)
        rooms = [(str(n), str(n)) for n in range(1, 5)]
        rents = [(500, 600), (600, 700), (700, 800)]
        between = _("€ {low} tot € {high}")
        return {
            "places": [(child.path.split("/")[1], child.label) for child in overview.places],
            "types": sorted(types, key=lambda option: option[1]),
            "rooms": [] if "room_count" in hidden else [*rooms, ("5", _("5 of meer"))],
            "rents": []
            if "bare_rent" in hidden
            else [
                ("0-500", _("minder dan € 500")),
                *((f"{low}-{high}", between.format(low=low, high=high)) for low, high in rents),
                ("800-", _("€ 800 of meer")),
            ],
            "orderings": [
                (str(at), _capital(language.label("ordering", order)))
                for at, order in enumerate(Ordering)
            ],
            "outcomes": [
                *((str(at), labels[outcome]) for at, outcome in enumerate(Outcome)),
                ("afwijking", _("Verhuurd, met een afwijking")),
            ],
            "months": [(f"{month:%Y-%m}", child.label) for month, child in overview.months],
            "neighbourhoods": [] if "neighbourhood" in hidden else [("", _("alle"))],
            "sorts": [
                ("nieuw", _("nieuwste")),
                ("reacties", _("meeste reacties")),
                *([] if "bare_rent" in hidden else [("huur", _("laagste huur"))]),
                ("jaren", _("kortste inschrijving")),
                ("adres", _("adres")),
            ],
        }

    def _write_start(self, overview: Overview) -> None:
        """Write the start page, the only one that says how fresh the data are."""
        language = self._edition.language
        view = start_page(self._rows, overview, self._edition.settings.data_until, language)
        newest = self.listed(self._rows.take(newest_outcomes(self._rows)), "")
        body = self._edition.macro("start.html")(view, newest)
        self._edition.page("", language.gettext("Wie kreeg welke woning?"), body)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
