"""Which lists of dwellings there are, and what stands on each.

Decides how rows are spread over lists per place and per month so that no list
grows past its bound, by properties of the dwelling (place, month, first letter
of the street): one more row then changes only the lists that it stands on.
Lists are a function of public rows and never tell of rows that are not there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from allocation.public import Letting
from allocation.site.language import Language
from allocation.site.places import closing_day, list_month

PLACE_LIMIT = 500
LIST_LIMIT = 1000

Crumbs = tuple[tuple[str, str], ...]
Group = TypeVar("Group", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Child:
    """A link to a smaller list; ``path`` is its folder below the start page."""

    label: str
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """One list: its rows, or the smaller lists that it was split into.

    ``path`` is the folder below the start page and ends with a slash;
    ``crumbs`` are the lists above it, as label and path; ``streets`` is the
    folder of a place's streets; ``by_number`` says that the rows stand in the
    order of the street and not of time.
    """

    path: str
    label: str
    heading: str
    crumbs: Crumbs
    count: int
    rows: tuple[Letting, ...] = ()
    children: tuple[Child, ...] = ()
    choose: str = ""
    streets: str = ""
    by_number: bool = False

    @property
    def root(self) -> str:
        """The way from this list to the start page."""
        return "../" * self.path.count("/")


@dataclass(frozen=True, slots=True)
class Overview:
    """All lists of the site, and the two ways in."""

    places: tuple[Child, ...]
    months: tuple[tuple[date, Child], ...]
    pages: tuple[ListPage, ...]


_NUMBERS = re.compile(r"\d+")


def by_address(rows: Iterable[Letting]) -> list[Letting]:
    """Sort by place, street and number."""
    return sorted(rows, key=_address_order)


def newest_first(ordered: Iterable[Letting]) -> list[Letting]:
    """Sort rows that stand by address by the last day to respond, newest first."""
    return sorted(ordered, key=lambda row: closing_day(row) or row.opens_on, reverse=True)


def _address_order(row: Letting) -> tuple[str, str, int, str, str]:
    number = row.house_number or ""
    found = _NUMBERS.search(number)
    return row.place, row.street, int(found[0][:9]) if found else 0, number, row.key


class Lists:
    """Spreads rows over lists, in one language."""

    def __init__(self, language: Language, slug: Callable[[str], str]) -> None:
        self._language = language
        self._slug = slug

    def arrange(self, newest: Iterable[Letting], addresses: Iterable[Letting]) -> Overview:
        """Return every list of the site, from the rows newest first and by address."""
        places = _grouped(newest, lambda row: self._slug(row.place))
        months = _grouped(newest, list_month)
        numbered = _grouped(addresses, lambda row: self._slug(row.place))
        names = {slug: most_used(row.place for row in found) for slug, found in places.items()}
        full = {month for month, found in months.items() if len(found) > LIST_LIMIT}
        pages: list[ListPage] = []
        for slug in sorted(places):
            pages += self._place(slug, names[slug], places[slug], full)
            pages += self._streets(slug, names[slug], numbered[slug])
        for month in sorted(months, reverse=True):
            pages.append(self._month(month, months[month], names))
        return Overview(
            tuple(
                Child(names[slug], f"woningen/{slug}/", len(places[slug]))
                for slug in sorted(places)
            ),
            tuple(
                (month, Child(self._language.month(month), _month_path(month), len(months[month])))
                for month in sorted(months, reverse=True)
            ),
            tuple(pages),
        )

    def _place(
        self, slug: str, name: str, rows: list[Letting], full: set[date]
    ) -> Iterator[ListPage]:
        _ = self._language.gettext
        path = f"woningen/{slug}/"
        heading = _("Woningen in {place}").format(place=name)
        split = len(rows) > PLACE_LIMIT
        months = _grouped(rows, list_month)
        if not split:
            yield ListPage(
                path, name, heading, (), len(rows), tuple(rows), streets=f"{path}straat/"
            )
        children = []
        for month in sorted(months, reverse=True):
            if not split and month not in full:
                continue
            found, below = months[month], f"{path}{month:%Y-%m}/"
            label = self._language.month(month)
            children.append(Child(label, below, len(found)))
            title = _("Woningen in {place}, {month}").format(place=name, month=label)
            yield from self._bounded(below, label, title, ((name, path),), found)
        if split:
            yield ListPage(
                path,
                name,
                heading,
                (),
                len(rows),
                children=tuple(children),
                choose=_("Kies een maand"),
                streets=f"{path}straat/",
            )

    def _streets(self, slug: str, name: str, rows: list[Letting]) -> Iterator[ListPage]:
        """Yield the list of streets of a place, and for each street its dwellings by number."""
        _ = self._language.gettext
        path = f"woningen/{slug}/straat/"
        above = (name, f"woningen/{slug}/")
        streets = _grouped(rows, lambda row: self._slug(row.street))
        label = _("Straten")
        children = []
        for street in sorted(streets):
            found = streets[street]
            called = most_used(row.street for row in found)
            below = f"{path}{street}/"
            children.append(Child(called, below, len(found)))
            title = _("{street}, {place}").format(street=called, place=name)
            for part, start in enumerate(range(0, len(found), LIST_LIMIT), start=1):
                piece = tuple(found[start : start + LIST_LIMIT])
                at = below if part == 1 else f"{below}{part}/"
                yield ListPage(
                    at, called, title, (above, (label, path)), len(piece), piece, by_number=True
                )
        heading = _("Straten in {place}").format(place=name)
        yield ListPage(
            path, label, heading, (above,), len(rows), (), tuple(children), _("Kies een straat")
        )

    def _month(self, month: date, rows: list[Letting], names: dict[str, str]) -> ListPage:
        _ = self._language.gettext
        label = self._language.month(month)
        heading = _("Woningen in {month}").format(month=label)
        path = _month_path(month)
        if len(rows) <= LIST_LIMIT:
            return ListPage(path, label, heading, (), len(rows), rows=tuple(rows))
        counts = Counter(self._slug(row.place) for row in rows)
        children = tuple(
            Child(names[slug], f"woningen/{slug}/{month:%Y-%m}/", counts[slug])
            for slug in sorted(counts)
        )
        return ListPage(path, label, heading, (), len(rows), (), children, _("Kies een plaats"))

    def _bounded(
        self, path: str, label: str, heading: str, crumbs: Crumbs, rows: list[Letting]
    ) -> Iterator[ListPage]:
        """Yield one list, or a list of letters and a list for each, when there are too many."""
        if len(rows) <= LIST_LIMIT:
            yield ListPage(path, label, heading, crumbs, len(rows), rows=tuple(rows))
            return
        _ = self._language.gettext
        children = []
        for initial, found in sorted(_grouped(rows, self._initial).items()):
            for part, start in enumerate(range(0, len(found), LIST_LIMIT), start=1):
                piece = found[start : start + LIST_LIMIT]
                name = initial.upper() if part == 1 else f"{initial.upper()} {part}"
                below = f"{path}{initial}/" if part == 1 else f"{path}{initial}-{part}/"
                title = _("{heading}, straten met {letter}").format(heading=heading, letter=name)
                children.append(Child(name, below, len(piece)))
                yield ListPage(
                    below, name, title, (*crumbs, (label, path)), len(piece), rows=tuple(piece)
                )
        choose = _("Kies de eerste letter van de straat")
        yield ListPage(path, label, heading, crumbs, len(rows), (), tuple(children), choose)

    def _initial(self, row: Letting) -> str:
        slug = self._slug(row.street)
        return slug[0]


def _month_path(month: date) -> str:
    return f"woningen/{month:%Y-%m}/"


def _grouped(
    rows: Iterable[Letting], key: Callable[[Letting], Group]
) -> dict[Group, list[Letting]]:
    groups: dict[Group, list[Letting]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def most_used(names: Iterable[str]) -> str:
    """Return the spelling that occurs most."""
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], name))
