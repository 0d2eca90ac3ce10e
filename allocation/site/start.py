"""The figures and links of the start page.

Decides which three figures stand there and when there are too few lettings to
say anything (fewer than 10).  They are computed from the public table alone,
so that anyone can count them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from statistics import median
from typing import NamedTuple

from allocation.public import Letting
from allocation.site.language import Language
from allocation.site.lists import Child, Overview
from allocation.vocabulary import Ordering, Outcome

FEWEST = 10
NEWEST = 8
_MOST_PLACES = 16
_MOST_MONTHS = 6
_PERIOD_MONTHS = 12

WITH_OUTCOME = frozenset({Outcome.LET, Outcome.NOT_LET, Outcome.WITHDRAWN})


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


def count_figures(rows: Sequence[Letting], until: date) -> Figures:
    """Compute the three figures over the month of ``until`` and the eleven before it."""
    last = until.year * 12 + until.month
    recent = [
        row
        for row in rows
        if row.outcome is Outcome.LET
        and row.let_month is not None
        and 0 <= last - (row.let_month.year * 12 + row.let_month.month) < _PERIOD_MONTHS
    ]
    responses = [row.response_count for row in recent if row.response_count is not None]
    years = [
        row.registration_years
        for row in recent
        if row.registration_years is not None and row.ordering == Ordering.REGISTRATION_DURATION
    ]
    return Figures(len(recent), _middle(responses), _middle(years))


def _middle(values: Sequence[int]) -> int | None:
    if len(values) < FEWEST:
        return None
    return int(Decimal(str(median(values))).quantize(Decimal(1), ROUND_HALF_UP))


def newest_outcomes(newest: Sequence[Letting]) -> list[Letting]:
    """Return the dwellings whose advert closed last and whose outcome is known."""
    return list(islice((row for row in newest if row.outcome in WITH_OUTCOME), NEWEST))


def start_page(
    rows: Sequence[Letting], overview: Overview, until: date, language: Language
) -> StartPage:
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
