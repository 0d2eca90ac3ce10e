"""How long it takes: a page for the whole area, for every place, every type and both together.

Decides which groups have a page (all that occur among the dwellings of the
site), what a page says of its group, and which wider groups it offers.  The
statistics themselves are made in ``waiting``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from allocation.site.edition import Edition
from allocation.site.fragments import group_words
from allocation.site.places import waiting_folder
from allocation.site.rows import Rows, split
from allocation.site.waiting import MOST_ROOMS, Group, GroupSpread, Lettings, Middle, Spread

_WIDTH = 300


class Link(NamedTuple):
    """A link to another group."""

    label: str
    href: str


class Line(NamedTuple):
    """One row of a table of groups; ``href`` is empty where the group has no page."""

    label: str
    href: str
    lettings: str
    years: Middle | None
    responses: str


class Bar(NamedTuple):
    """One group in a chart: heights in units of the drawing, from the bottom."""

    label: str
    middle: int
    at: int
    low_y: int
    middle_y: int
    height: int


@dataclass(frozen=True, slots=True)
class Step:
    """How many tenants were registered a number of years or shorter."""

    years: int
    count: int
    count_text: str
    share: str


class WaitingPages:
    """Writes them in one language."""

    def __init__(self, edition: Edition, rows: Rows, lettings: Lettings) -> None:
        self._edition = edition
        self._language = edition.language
        self._lettings = lettings
        places, kinds = rows.place.values, rows.dwelling_type.values
        self._names = dict(zip(places, rows.place_names, strict=True))
        self._types = {
            places[place]: sorted(
                (kinds[kind] for kind, _ in split(found, rows.dwelling_type.codes)), key=self._kind
            )
            for place, found in split(rows.every, rows.place.codes)
        }
        self._kinds = sorted(kinds, key=self._kind)

    def write(self) -> list[str]:
        """Write them all; return their addresses."""
        return [self._write(group) for group in self._groups()]

    def _groups(self) -> Iterator[Group]:
        yield None, None
        for kind in self._kinds:
            yield None, kind
        for place in sorted(self._names):
            yield place, None
            for kind in self._types[place]:
                yield place, kind

    def _kind(self, dwelling_type: str) -> str:
        name = self._language.label("dwelling_type", dwelling_type)
        return name[:1].upper() + name[1:]

    def _write(self, group: Group) -> str:
        place, kind = group
        path = f"wachttijd/{waiting_folder(place, kind)}"
        root = "../" * path.count("/")
        view = self._view(group, self._lettings.of(group), f"{root}wachttijd/")
        fingerprint = self._edition.hash(["waiting", path, view])
        if self._edition.reuse(path, fingerprint):
            return path
        body = self._edition.macro("waiting.html")(root, view)
        self._edition.page(path, str(view["heading"]), body, fingerprint)
        return path

    def _view(self, group: Group, found: GroupSpread, base: str) -> dict[str, object]:
        place, kind = group
        _ = self._language.gettext
        heading = _("Hoelang duurt het?")
        if group != (None, None):
            where = group_words(self._language, self._names.get(place or ""), kind)
            heading = _("Hoelang duurt het? {group}").format(group=where)
        spread = found.whole
        years = [self._line(str(year), "", of) for year, of in found.by_year.items()]
        return {
            "heading": heading,
            "place": self._names.get(place or "", ""),
            "kind": self._kind(kind) if kind else "",
            "crumbs": self._crumbs(group, base),
            "spread": spread,
            "lettings": self._language.number(spread.lettings),
            "responses": spread.responses and self._language.number(spread.responses.middle),
            "steps": self._steps(spread),
            "years": years,
            "bars": _bars(years),
            "rooms": [
                self._line(self._rooms_label(rooms), "", of) for rooms, of in found.by_rooms.items()
            ],
            "kinds": self._kind_lines(place, base) if kind is None else [],
            "place_lines": self._place_lines(kind, base) if place is None else [],
            "wider": self._wider(group, base),
        }

    def _crumbs(self, group: Group, base: str) -> list[Link]:
        place, kind = group
        crumbs = []
        if group != (None, None):
            crumbs.append(Link(self._language.gettext("Hoelang duurt het?"), base))
        if place is not None and kind is not None:
            crumbs.append(Link(self._names[place], f"{base}{waiting_folder(place, None)}"))
        return crumbs

    def _wider(self, group: Group, base: str) -> list[Link]:
        place, kind = group
        _ = self._language.gettext
        found: list[tuple[str, str | None, str | None]] = []
        if place is not None and kind is not None:
            found.append((group_words(self._language, self._names[place], None), place, None))
            found.append((group_words(self._language, None, kind), None, kind))
        if group != (None, None):
            found.append((group_words(self._language, None, None), None, None))
        return [Link(label, f"{base}{waiting_folder(to, of)}") for label, to, of in found]

    def _steps(self, spread: Spread) -> list[Step]:
        if spread.years is None:
            return []
        total, number = spread.years.count, self._language.number
        return [
            Step(years, count, number(count), self._language.percent(round(count * 100 / total)))
            for years, count in spread.shorter
        ]

    def _line(self, label: str, href: str, spread: Spread) -> Line:
        number = self._language.number
        responses = number(spread.responses.middle) if spread.responses else ""
        return Line(label, href, number(spread.lettings), spread.years, responses)

    def _kind_lines(self, place: str | None, base: str) -> list[Line]:
        kinds = self._kinds if place is None else self._types[place]
        return [
            self._line(
                self._kind(kind),
                f"{base}{waiting_folder(place, kind)}",
                self._lettings.of((place, kind)).whole,
            )
            for kind in kinds
        ]

    def _place_lines(self, kind: str | None, base: str) -> list[Line]:
        return [
            self._line(
                self._names[place],
                f"{base}{waiting_folder(place, kind)}",
                self._lettings.of((place, kind)).whole,
            )
            for place in sorted(self._names)
            if kind is None or kind in self._types[place]
        ]

    def _rooms_label(self, rooms: int) -> str:
        if rooms >= MOST_ROOMS:
            return self._language.gettext("{n} kamers of meer").format(n=MOST_ROOMS)
        words = self._language.ngettext("{n} kamer", "{n} kamers", rooms)
        return words.format(n=rooms)


def _bars(lines: Sequence[Line]) -> list[Bar]:
    """Return one bar for each line with figures: its middle half and its median."""
    shown = [(line.label, line.years) for line in lines if line.years is not None]
    most = max([years.high for _, years in shown] + [10])
    height = 120 / most
    return [
        Bar(
            label,
            years.middle,
            20 + number * _WIDTH // max(len(shown), 4),
            round(140 - years.high * height),
            round(140 - years.middle * height),
            max(4, round((years.high - years.low) * height)),
        )
        for number, (label, years) in enumerate(shown)
    ]
