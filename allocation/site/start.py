"""The figures and links of the start page.

Decides which three figures stand there and when there are too few lettings to
say anything (fewer than 10).  They are computed from the public table alone,
so that anyone can count them again.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from allocation.site.language import Language
from allocation.site.lists import Child, Overview
from allocation.site.rows import Codes, Indices, Rows, known
from allocation.site.waiting import is_dated_letting, middle_of, registration_years
from allocation.vocabulary import Outcome

NEWEST = 8
_MOST_PLACES = 16
_MOST_MONTHS = 6
_PERIOD_MONTHS = 12

WITH_OUTCOME = (Outcome.LET, Outcome.NOT_LET, Outcome.WITHDRAWN)


class Figures(NamedTuple):
    """The last twelve months; None where fewer than ten lettings stand behind a figure."""

    lettings: int
    responses: int | None
    years: int | None


class Link(NamedTuple):
    """A link from the start page."""

    label: str
    href: str


class StartPage(NamedTuple):
    """Everything that the template of the start page needs."""

    data_until: str
    total: int
    places: tuple[Link, ...]
    months: tuple[Link, ...]
    lettings: int
    lettings_text: str
    responses: int | None
    responses_text: str
    years: int | None


def count_figures(rows: Rows, until: date) -> Figures:
    """Compute the three figures over the month of ``until`` and the eleven before it."""
    months = until.year * 12 + until.month - 1 - rows.months("let_month")
    recent = is_dated_letting(rows) & (months >= 0) & (months < _PERIOD_MONTHS)
    responses = rows.numbers("response_count")[recent]
    years = registration_years(rows)[recent]
    return Figures(int(recent.sum()), _middle(known(responses)), _middle(known(years)))


def _middle(values: Codes) -> int | None:
    found = middle_of(values)
    return None if found is None else found.middle


def newest_outcomes(rows: Rows) -> Indices:
    """Return the dwellings whose advert closed last and whose outcome is known."""
    return with_outcome(rows)[:NEWEST]


def with_outcome(rows: Rows) -> Indices:
    """Return the dwellings whose outcome is known, newest first."""
    found: Indices = rows.newest[rows.has("outcome", *WITH_OUTCOME)[rows.newest]]
    return found


def start_page(rows: Rows, overview: Overview, until: date, language: Language) -> StartPage:
    """Put the start page into words."""
    figures = count_figures(rows, until)
    most = sorted(overview.places, key=lambda place: (-place.count, place.path))[:_MOST_PLACES]
    shown = [place for place in overview.places if place in set(most)]
    responses = figures.responses
    return StartPage(
        data_until=language.date(until),
        total=len(rows),
        places=tuple(map(_link, shown)),
        months=tuple(_link(child) for _, child in overview.months[:_MOST_MONTHS]),
        lettings=figures.lettings,
        lettings_text=language.number(figures.lettings),
        responses=responses,
        responses_text="" if responses is None else language.number(responses),
        years=figures.years,
    )


def _link(child: Child) -> Link:
    return Link(child.label, child.path)
