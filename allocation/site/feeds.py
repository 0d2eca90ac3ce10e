"""Feeds of new outcomes, for the whole area and for every place.

Decides that an entry bears the last day to respond as its date: the moment at
which an outcome became public is told nowhere, for it would tell when another
one was held back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from allocation.public import Letting
from allocation.site.edition import Edition
from allocation.site.fragments import outcome_labels
from allocation.site.places import closing_day
from allocation.site.rows import NO_ROWS, Rows, split
from allocation.site.start import with_outcome

MOST_ENTRIES = 50
FEED = "atom.xml"


def feed_files(edition: Edition, rows: Rows) -> Iterator[tuple[str, str]]:
    """Yield path and text of every feed, the path below the language's folder."""
    _ = edition.language.gettext
    known = with_outcome(rows)
    feeds = [(_("Nieuwe uitkomsten"), "", known[:MOST_ENTRIES])]
    of_place = dict(split(known, rows.place.codes))
    for place, slug in enumerate(rows.place.values):
        called = _("Nieuwe uitkomsten in {place}").format(place=rows.place_names[place])
        feeds.append((called, f"woningen/{slug}/", of_place.get(place, NO_ROWS)[:MOST_ENTRIES]))
    rows.take(np.concatenate([found for _title, _folder, found in feeds]))  # all at once
    for title, folder, found in feeds:
        yield f"{folder}{FEED}", _feed(edition, title, folder, rows.take(found))


def _feed(edition: Edition, title: str, folder: str, rows: Sequence[Letting]) -> str:
    settings = edition.settings
    home = escape(f"{settings.base_url}{edition.folder}")
    labels = outcome_labels(edition.language)
    entries = "".join(_entry(row, home, labels[row.outcome]) for row in rows)
    updated = _moment(rows[0]) if rows else "1970-01-01T00:00:00Z"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{edition.language.code}">\n'
        f"<title>{escape(title)}</title>\n<id>{home}{folder}{FEED}</id>\n"
        f'<link rel="self" href="{home}{folder}{FEED}"/>\n'
        f'<link rel="alternate" type="text/html" href="{home}{folder}"/>\n'
        f"<updated>{updated}</updated>\n"
        f"<author><name>{escape(settings.association)}</name></author>\n{entries}</feed>\n"
    )


def _entry(row: Letting, home: str, label: str) -> str:
    address = f"{home}woning/{row.key}.html"
    title = _printable(f"{row.address}, {row.place}: {label}")
    return (
        f"<entry><title>{escape(title)}</title><id>{address}</id>"
        f'<link rel="alternate" type="text/html" href="{address}"/>'
        f"<updated>{_moment(row)}</updated></entry>\n"
    )


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(letter for letter in text if letter.isprintable())


def _moment(row: Letting) -> str:
    return f"{(closing_day(row.opens_on, row.closes_on) or row.opens_on).isoformat()}T00:00:00Z"
