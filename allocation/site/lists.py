"""Which lists of dwellings there are, and what stands on each.

Decides how rows are spread over lists per place and per month so that no list
grows past its bound, by properties of the dwelling (place, month, first letter
of the street): one more row then changes only the lists that it stands on.
Lists are a function of public rows and never tell of rows that are not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from allocation.site.language import Language
from allocation.site.rows import NO_ROWS, Indices, Rows, first_of_month, month_name, split

PLACE_LIMIT = 500
LIST_LIMIT = 1000

Crumbs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A link to a smaller list; ``path`` is its folder below the start page."""

    label: str
    path: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class ListPage:
    """One list: the numbers of its rows, or the smaller lists that it was split into.

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
    rows: Indices = field(default_factory=lambda: NO_ROWS)
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


class Lists:
    """Spreads rows over lists, in one language."""

    def __init__(self, language: Language, rows: Rows) -> None:
        self._language = language
        self._rows = rows

    def arrange(self) -> Overview:
        """Return every list of the site."""
        rows = self._rows
        slugs, names = rows.place.values, rows.place_names
        places = split(rows.newest, rows.place.codes)
        numbered = dict(split(rows.by_address, rows.place.codes))
        months = split(rows.newest, rows.list_month)[::-1]
        full = {month for month, found in months if len(found) > LIST_LIMIT}
        pages: list[ListPage] = []
        for place, found in places:
            pages += self._place(place, found, full)
            pages += self._streets(place, numbered[place])
        for month, found in months:
            pages.append(self._month(month, found))
        return Overview(
            tuple(
                Child(names[place], f"woningen/{slugs[place]}/", len(found))
                for place, found in places
            ),
            tuple((first_of_month(month), self._child(month, found)) for month, found in months),
            tuple(pages),
        )

    def _child(self, month: int, rows: Indices) -> Child:
        label = self._language.month(first_of_month(month))
        return Child(label, f"woningen/{month_name(month)}/", len(rows))

    def _place(self, place: int, rows: Indices, full: set[int]) -> Iterator[ListPage]:
        _ = self._language.gettext
        name, path = self._rows.place_names[place], f"woningen/{self._rows.place.values[place]}/"
        heading = _("Woningen in {place}").format(place=name)
        streets = f"{path}straat/"
        is_split = len(rows) > PLACE_LIMIT
        if not is_split:
            yield ListPage(path, name, heading, (), len(rows), rows, streets=streets)
        children = []
        for month, found in split(rows, self._rows.list_month)[::-1]:
            if not is_split and month not in full:
                continue
            below = f"{path}{month_name(month)}/"
            label = self._language.month(first_of_month(month))
            children.append(Child(label, below, len(found)))
            title = _("Woningen in {place}, {month}").format(place=name, month=label)
            yield from self._bounded(below, label, title, ((name, path),), found)
        if is_split:
            yield ListPage(
                path,
                name,
                heading,
                (),
                len(rows),
                children=tuple(children),
                choose=_("Kies een maand"),
                streets=streets,
            )

    def _streets(self, place: int, rows: Indices) -> Iterator[ListPage]:
        """Yield the list of streets of a place, and for each street its dwellings by number."""
        _ = self._language.gettext
        name, folder = self._rows.place_names[place], f"woningen/{self._rows.place.values[place]}/"
        path = f"{folder}straat/"
        above = (name, folder)
        label = _("Straten")
        children = []
        for street, found in split(rows, self._rows.street.codes):
            called = self._rows.street_names[place, street]
            below = f"{path}{self._rows.street.values[street]}/"
            children.append(Child(called, below, len(found)))
            title = _("{street}, {place}").format(street=called, place=name)
            for part, start in enumerate(range(0, len(found), LIST_LIMIT), start=1):
                piece = found[start : start + LIST_LIMIT]
                at = below if part == 1 else f"{below}{part}/"
                yield ListPage(
                    at, called, title, (above, (label, path)), len(piece), piece, by_number=True
                )
        heading = _("Straten in {place}").format(place=name)
        choose = _("Kies een straat")
        yield ListPage(
            path, label, heading, (above,), len(rows), children=tuple(children), choose=choose
        )

    def _month(self, month: int, rows: Indices) -> ListPage:
        _ = self._language.gettext
        label = self._language.month(first_of_month(month))
        heading = _("Woningen in {month}").format(month=label)
        path = f"woningen/{month_name(month)}/"
        if len(rows) <= LIST_LIMIT:
            return ListPage(path, label, heading, (), len(rows), rows=rows)
        slugs, names = self._rows.place.values, self._rows.place_names
        children = tuple(
            Child(names[place], f"woningen/{slugs[place]}/{month_name(month)}/", len(found))
            for place, found in split(rows, self._rows.place.codes)
        )
        choose = _("Kies een plaats")
        return ListPage(path, label, heading, (), len(rows), children=children, choose=choose)

    def _bounded(
        self, path: str, label: str, heading: str, crumbs: Crumbs, rows: Indices
    ) -> Iterator[ListPage]:
        """Yield one list, or a list of letters and a list for each, when there are too many."""
        if len(rows) <= LIST_LIMIT:
            yield ListPage(path, label, heading, crumbs, len(rows), rows=rows)
            return
        _ = self._language.gettext
        children = []
        for initial, found in self._by_initial(rows):
            for part, start in enumerate(range(0, len(found), LIST_LIMIT), start=1):
                piece = found[start : start + LIST_LIMIT]
                name = initial.upper() if part == 1 else f"{initial.upper()} {part}"
                below = f"{path}{initial}/" if part == 1 else f"{path}{initial}-{part}/"
                title = _("{heading}, straten met {letter}").format(heading=heading, letter=name)
                children.append(Child(name, below, len(piece)))
                yield ListPage(below, name, title, (*crumbs, (label, path)), len(piece), rows=piece)
        choose = _("Kies de eerste letter van de straat")
        yield ListPage(
            path, label, heading, crumbs, len(rows), children=tuple(children), choose=choose
        )

    def _by_initial(self, rows: Indices) -> list[tuple[str, Indices]]:
        """Return the rows of each first letter of a street, in the order given."""
        streets = self._rows.street
        letters = [street[0] for street in streets.values]
        numbers = sorted(set(letters))
        codes = np.array([numbers.index(letter) for letter in letters])[streets.codes]
        return [(numbers[code], part) for code, part in split(rows, codes)]
