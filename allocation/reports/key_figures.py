"""The key figures of a report: each beside the period before and a year ago.

Decides which figures are key and what is said of a difference: more than
chance, within chance, or too little to say something.  A public stage: it sees
public values alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allocation.figures import (
    Book,
    Compared,
    compare_counts,
    compare_shares,
    compare_spreads,
    spread,
)
from allocation.periods import Period
from allocation.reports import words
from allocation.reports.document import Cell, Table

OFFER_MODEL = "offer_model"

NO_DATA = "geen gegevens"
CHANCE = "kan toeval zijn"
REAL = "meer dan toeval"
SAYS_LITTLE = "te weinig"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure with what it is compared with; None where the data do not reach back."""

    name: str
    now: float | None
    previous: Compared | None
    year_ago: Compared | None
    too_few: str = words.TOO_FEW


def key_figures(book: Book, period: Period) -> list[KeyFigure]:
    """Return the key figures of a period."""

    def both(
        compare: Callable[[Period], Compared | None],
    ) -> tuple[Compared | None, Compared | None]:
        return compare(period.previous), compare(period.year_ago)

    def shares(part: Callable[[Period], int]) -> Callable[[Period], Compared | None]:
        return lambda then: compare_shares(
            part(period), book.count(period), part(then), book.count(then), book.covers(then)
        )

    def offered(at: Period) -> int:
        return book.by_model(at).get(OFFER_MODEL, 0)

    def let(name: str, now: float, compare: Callable[[Period], Compared | None]) -> KeyFigure:
        if book.has_lettings:
            return KeyFigure(name, now, *both(compare))
        return KeyFigure(name, None, None, None, words.NOT_KNOWN)

    return [
        let(
            "Verhuurde woningen die op de site staan",
            book.count(period),
            lambda then: compare_counts(book, period, then),
        ),
        let("Waarvan via het aanbodmodel", offered(period), shares(offered)),
        KeyFigure(
            "Reacties op de middelste advertentie",
            spread(book.responses(period)).median,
            *both(
                lambda then: compare_spreads(
                    book.responses(period), book.responses(then), book.covers(then)
                )
            ),
        ),
        KeyFigure(
            "Jaren ingeschreven, middelste nieuwe huurder",
            spread(book.years(period)).median,
            *both(
                lambda then: compare_spreads(
                    book.years(period), book.years(then), book.covers(then)
                )
            ),
        ),
        KeyFigure(
            "Verhuringen met een afwijking",
            book.lettings_with_deviation(period) if book.has_checks else None,
            *(both(shares(book.lettings_with_deviation)) if book.has_checks else (None, None)),
            too_few="niet getoetst",
        ),
    ]


def key_table(figures: list[KeyFigure], period: Period) -> Table:
    """Return the key figures as a table; a year has no other period a year ago."""
    thens = [("previous", period.previous)]
    if period.year_ago != period.previous:
        thens.append(("year_ago", period.year_ago))
    columns = ["", words.short(period)]
    for _, then in thens:
        columns += [words.short(then), "Verschil"]
    rows = []
    for figure in figures:
        cells: list[Cell] = [figure.name, figure.too_few if figure.now is None else figure.now]
        for name, _ in thens:
            compared: Compared | None = getattr(figure, name)
            cells += [_then(compared), _note(compared)]
        rows.append(tuple(cells))
    return Table("Kerncijfers", tuple(columns), tuple(rows))


def _then(compared: Compared | None) -> Cell:
    if compared is None:
        return NO_DATA
    return SAYS_LITTLE if compared.then is None else compared.then


def _note(compared: Compared | None) -> str:
    if compared is None:
        return "–"
    if compared.differs is None:
        return SAYS_LITTLE
    return REAL if compared.differs else CHANCE
