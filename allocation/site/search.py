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
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from allocation.public import Letting
from allocation.site.checks import deviations
from allocation.site.common import CommonFile
from allocation.site.fragments import outcome_labels
from allocation.site.language import Language
from allocation.site.places import closing_day
from allocation.site.rows import Indices, Rows, month_name, split
from allocation.vocabulary import Ordering, Outcome, code_lists

ROWS_IN_BUCKET = 150
"""About this many rows stand in one file of streets; all streets of one name stand in one."""

_OUTCOMES = {outcome: at for at, outcome in enumerate(Outcome)}
_ORDERINGS = {str(ordering): at for at, ordering in enumerate(Ordering)}

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Row = list[object]


def street_files(rows: Rows) -> Iterator[CommonFile]:
    """Yield the names of all streets, and the rows of a few streets together."""
    places = rows.place.codes
    buckets = _bucket_count(len(rows))
    listed = []
    found: dict[int, list[Indices]] = defaultdict(list)
    for place, of_place in split(rows.newest, places):
        for at, members in split(of_place, rows.street.codes):
            street = rows.street.values[at]
            bucket = zlib.crc32(street.encode()) % buckets  # streets of one name stand together
            called = rows.street_names[place, at]
            plain = street == called.lower().replace(" ", "-")
            listed.append([called, "" if plain else street, place, len(members), bucket])
            found[bucket].append(members)
    yield _whole("zoek/straten.json", {"places": _places(rows)}, "streets", listed)
    for bucket, parts in sorted(found.items()):
        yield _rows_file(f"zoek/straat/{bucket}.json", rows, np.concatenate(parts))


def month_files(rows: Rows) -> Iterator[CommonFile]:
    """Yield the rows of each month in each place, and which of those there are."""
    slugs, places = rows.place
    latest = []
    for month, of_month in split(rows.newest, rows.list_month):
        name = month_name(month)
        of_places = split(of_month, places)
        latest.append([name, [[place, len(members)] for place, members in of_places]])
        for place, members in of_places:
            yield _rows_file(f"zoek/maand/{name}/{slugs[place]}.json", rows, members)
    quarters = rows.coded("neighbourhood")
    named = [
        [quarters.values[at] for at, _ in split(of_place, quarters.codes) if quarters.values[at]]
        for _, of_place in split(rows.every, places)
    ]
    head = {"places": _places(rows), "neighbourhoods": named}
    yield _whole("zoek/maanden.json", head, "months", latest[::-1])


def _places(rows: Rows) -> list[tuple[str, str]]:
    """Return the name and the folder of each place, in the order of their numbers."""
    return list(zip(rows.place_names, rows.place.values, strict=True))


def _rows_file(path: str, rows: Rows, found: Indices) -> CommonFile:
    """Return a file of rows; a place has its number in the list of places."""
    places = rows.place.codes[found].tolist()

    def content() -> bytes:
        members = zip(rows.take(found), places, strict=True)
        return _document({}, "rows", [_row(row, place) for row, place in members])

    return CommonFile(path, [rows.mark_of(found), places], content)


def _whole(path: str, head: Mapping[str, object], name: str, rows: Sequence[object]) -> CommonFile:
    content = _document(head, name, rows)
    return CommonFile(path, [content.decode()], lambda: content)


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
        _ORDERINGS[row.ordering],
        _OUTCOMES[row.outcome],
        (closing_day(row.opens_on, row.closes_on) or row.opens_on).isoformat(),
        row.response_count,
        row.rank if let else None,
        row.registration_years if let else None,
        int(let and bool(deviations(row.checks))),
    ]


def _document(head: Mapping[str, object], name: str, rows: Sequence[object]) -> bytes:
    """Return JSON with one row on each line."""
    # All rows at once, with a text between them that no text holds: it has bare quotes.
    spaced = [piece for row in rows for piece in (row, "\n")][:-1]
    lines = _json(spaced)[1:-1].replace('],"\\n",[', "],\n[")
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
