"""Where a dwelling is listed: the folder of its place, and its last day.

Decides how the name of a place becomes part of an address and until when one can
respond to an advert.  Text of an export reaches a path here alone, and only as
ASCII letters, digits and hyphens.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

MOST_ADVERT_YEARS = 2
"""A closing date later than this after opening means "without end" (exports hold 2099)."""

_LONGEST_SLUG = 60
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_LIKE_MONTH = re.compile(r"\d{4}-\d{2}")


def place_slug(place: str) -> str:
    """Return the folder name of a place: ASCII, short, and never like a month's."""
    folded = unicodedata.normalize("NFKD", place[:200]).encode("ascii", "ignore").decode()
    slug = _NOT_SLUG.sub("-", folded.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    if not slug or _LIKE_MONTH.fullmatch(slug):
        return f"plaats-{slug}".rstrip("-")
    return slug


def closing_day(opens_on: date, closes_on: date | None) -> date | None:
    """Return the last day to respond; None where the advert has no real end."""
    if closes_on is None or closes_on.year - opens_on.year > MOST_ADVERT_YEARS:
        return None
    return closes_on


def waiting_folder(place: str | None, dwelling_type: str | None) -> str:
    """Return the folder of a group below ``wachttijd/``; ``place`` is a slug.

    A type's code is ours, never the export's.
    """
    kind = f"{dwelling_type.replace('_', '-')}/" if dwelling_type else ""
    if place is None:
        return f"soort/{kind}" if kind else ""
    return f"plaats/{place}/{kind}"
