"""The search index: small static files that the one script of the site reads.

Decides how the dwellings are spread over files so that a first result costs
little to fetch, however many there are: the names of all streets, the rows of
a few streets together, and the rows of one month in one place.  Values are
those of the public rows; words of a language stand in a file of their own.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from allocation.public import Letting
from allocation.site.checks import deviations
from allocation.site.fragments import outcome_labels
from allocation.site.language import Language
from allocation.site.lists import most_used
from allocation.site.places import closing_day, list_month
from allocation.vocabulary import Ordering, Outcome, code_lists

ROWS_IN_BUCKET = 150
"""About this many rows stand in one file of streets; all streets of one name stand in one."""

_OUTCOMES = tuple(Outcome)
_ORDERINGS = tuple(Ordering)

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Row = list[object]


class SearchFile(NamedTuple):
    """One file of the index: ``facts`` decide its content, which is made only when asked."""

    path: str
    facts: Sequence[object]
    content: Callable[[], bytes]


def search_files(
    newest: Sequence[Letting], marks: Mapping[str, str], slug: Callable[[str], str]
) -> Iterator[SearchFile]:
    """Yield the files that serve every language; ``marks`` tells rows by key apart."""
    places = _places(newest, slug)
    number = {place: index for index, place in enumerate(places)}
    streets: dict[tuple[int, str], list[Letting]] = defaultdict(list)
    months: dict[tuple[date, int], list[Letting]] = defaultdict(list)
    quarters: dict[int, set[str]] = defaultdict(set)
    for row in newest:
        place = number[slug(row.place)]
        streets[place, slug(row.street)].append(row)
        months[list_month(row), place].append(row)
        if row.neighbourhood:
            quarters[place].add(row.neighbourhood)
    buckets = _bucket_count(len(newest))
    names, slugs = list(places.values()), list(places)

    def file_of(path: str, place_of: Callable[[Letting], int], found: list[Letting]) -> SearchFile:
        facts = [[marks[row.key], place_of(row)] for row in found]
        return SearchFile(
            path, facts, lambda: _document({}, "rows", [_row(row, place_of(row)) for row in found])
        )

    def place_of(row: Letting) -> int:
        return number[slug(row.place)]

    listed = []
    found: dict[int, list[Letting]] = defaultdict(list)
    for (place, street), members in sorted(streets.items(), key=lambda item: item[0]):
        bucket = zlib.crc32(street.encode()) % buckets  # streets of one name stand together
        called = most_used(row.street for row in members)
        plain = street == called.lower().replace(" ", "-")
        listed.append([called, "" if plain else street, place, len(members), bucket])
        found[bucket] += members
    head: dict[str, object] = {"places": list(zip(names, slugs, strict=True))}
    yield _whole("zoek/straten.json", head, "streets", listed)
    for bucket, members in sorted(found.items()):
        yield file_of(f"zoek/straat/{bucket}.json", place_of, members)
    counts: dict[str, list[list[int]]] = defaultdict(list)
    for (month, place), members in sorted(months.items(), key=lambda item: item[0]):
        name = f"{month:%Y-%m}"
        counts[name].append([place, len(members)])
        yield file_of(f"zoek/maand/{name}/{slugs[place]}.json", place_of, members)
    head["neighbourhoods"] = [sorted(quarters[place]) for place in range(len(slugs))]
    latest = [[month, counts[month]] for month in sorted(counts, reverse=True)]
    yield _whole("zoek/maanden.json", head, "months", latest)


def _whole(path: str, head: Mapping[str, object], name: str, rows: Sequence[object]) -> SearchFile:
    content = _document(head, name, rows)
    return SearchFile(path, [content.decode()], lambda: content)


def _places(rows: Sequence[Letting], slug: Callable[[str], str]) -> dict[str, str]:
    names: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        names[slug(row.place)].append(row.place)
    return {place: most_used(names[place]) for place in sorted(names)}


def _bucket_count(rows: int) -> int:
    """Return a power of two, so that the files stay the same while the site grows a little."""
    count = 1
    while count * ROWS_IN_BUCKET < rows:
        count *= 2
    return count


def _row(row: Letting, place: int) -> Row:
    let = row.outcome is Outcome.LET
    return [
        row.key,
        row.street,
        row.house_number or "",
        place,
        row.neighbourhood or "",
        row.dwelling_type or "",
        row.room_count or 0,
        None if row.bare_rent is None else float(row.bare_rent),
        _ORDERINGS.index(Ordering(row.ordering)),
        _OUTCOMES.index(row.outcome),
        (closing_day(row) or row.opens_on).isoformat(),
        row.response_count,
        row.rank if let else None,
        row.registration_years if let else None,
        int(let and bool(deviations(row.checks))),
    ]


def _document(head: Mapping[str, object], name: str, rows: Sequence[object]) -> bytes:
    """Return JSON with one row on each line."""
    lines = ",\n".join(_json(row) for row in rows)
    start = "".join(f"{_json(key)}:{_json(value)},\n" for key, value in head.items())
    return f"{{{start}{_json(name)}:[\n{lines}\n]}}\n".encode()


def _json(value: object) -> str:
    return _COMPACT(value)


def words(language: Language) -> bytes:
    """Return the words that the script needs, in the language's own file."""
    _ = language.gettext
    kinds = code_lists()["dwelling_type"]
    labels = outcome_labels(language)
    said = {
        "locale": language.code,
        "types": {kind: _capital(language.label("dwelling_type", kind)) for kind in kinds},
        "orderings": [_capital(language.label("ordering", order)) for order in _ORDERINGS],
        "outcomes": [[str(outcome), labels[outcome]] for outcome in _OUTCOMES],
        "deviation": _("Afwijking"),
        "street": _("straat"),
        "place": _("plaats"),
        "adverts": [_("{n} advertentie"), _("{n} advertenties")],
        "rooms": [_("{n} kamer"), _("{n} kamers")],
        "responses": [_("{n} reactie"), _("{n} reacties")],
        "unknown": _("niet bekend"),
        "rank": _("nummer {n}"),
        "lottery": _("nummer {n} van de loting"),
        "years": [
            language.ngettext("{n} jaar ingeschreven", "{n} jaar ingeschreven", count)
            for count in (1, 2)
        ],
        "no_year": _("nog geen jaar ingeschreven"),
        "suggestions": [_("{n} voorstel"), _("{n} voorstellen")],
        "no_suggestions": _("Geen voorstellen"),
        "all_results": _("Alle resultaten voor “{q}”"),
        "found": [_("{n} woning gevonden"), _("{n} woningen gevonden")],
        "searching": _("Al {n} gevonden, wij zoeken verder …"),
        "nothing": _("Niets gevonden. Controleer de spelling, of kies minder filters."),
        "nearly": _("Niet precies gevonden. Dit lijkt erop:"),
        "failed": _("Zoeken lukt nu niet. Kies hieronder een plaats of een maand."),
        "columns": [
            _("Woning"), _("Soort"), _("Reacties"), _("Uitkomst"), _("Ging naar"),
        ],
        "caption": _("Gevonden woningen"),
        "more": _("Toon meer woningen"),
        "all": _("alle"),
    }  # fmt: skip
    return (_json(said) + "\n").encode()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
