"""The parts about lettings, responses and waiting: counted, compared and drawn.

Decides which tables and charts stand there.  What a figure is, ``figures.py``
decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from babel.lists import format_list

from allocation.figures import Spread, spread
from allocation.periods import Period
from allocation.reports import words
from allocation.reports.audience import Part
from allocation.reports.document import Block, Cell, Chart, Paragraph, Section, Table
from allocation.reports.sources import Sources
from allocation.vocabulary import Outcome, code_lists

TREND = 8
"""So many periods in a trend."""


def lettings(sources: Sources) -> Section:
    """Return lettings by method, what became of adverts, and the trend."""
    agreed = Paragraph(
        f"Afgesproken is dat ten minste {sources.offer_percent} % van alle verhuringen via het "
        "aanbodmodel gaat. Of dat is gehaald, staat bij de normen: daar tellen ook de "
        "verhuringen mee die niet op de site staan."
    )
    if not sources.book.has_lettings:
        lacking = Paragraph(
            f"{words.NO_LETTINGS} Hoeveel woningen zijn verhuurd, op welke manier en wie er hoger "
            "stond, is dus niet te zeggen."
        )
        return Section(Part.LETTINGS, "Verhuringen", (agreed, lacking, _outcomes(sources)))
    return Section(Part.LETTINGS, "Verhuringen", (agreed, *_lettings(sources)))


def _lettings(sources: Sources) -> list[Block]:
    """Return what was let, by method and per period, and who was passed over."""
    book, period = sources.book, sources.period
    blocks: list[Block] = [
        _compared_counts(
            sources,
            "Verhuringen per manier van verdelen",
            "Manier",
            "publication_model",
            book.by_model,
        ),
        _compared_counts(
            sources,
            "Verhuringen per volgorde",
            "Volgorde bepaald door",
            "ordering",
            book.by_ordering,
        ),
    ]
    blocks.append(_outcomes(sources))
    blocks += _trend(
        sources, "Verhuringen per periode", "verhuringen", lambda p: float(book.count(p))
    )
    passed = book.passed_over(period)
    blocks.append(
        Table(
            "Kandidaten die hoger stonden en de woning niet kregen",
            ("Reden", "Aantal"),
            tuple((words.PASSED[kind], n) for kind, n in passed.items()),
            note="Opgeteld over alle verhuringen van deze periode.",
        )
    )
    return blocks


def _outcomes(sources: Sources) -> Table:
    """Return what became of the adverts that close in the period."""
    outcomes = sources.book.outcomes(sources.period)
    return Table(
        "Wat er is geworden van de advertenties met een sluitdatum in deze periode",
        ("Uitkomst", "Aantal"),
        tuple((words.outcome(outcome), outcomes[outcome]) for outcome in Outcome),
        note="Een advertentie kan in een andere periode sluiten dan waarin de woning is verhuurd.",
    )


def _compared_counts(
    sources: Sources,
    title: str,
    heading: str,
    code_list: str,
    counted: Callable[[Period], Mapping[str, int]],
) -> Table:
    """Return counts per code beside those of the periods before."""
    periods = list(
        dict.fromkeys((sources.period, sources.period.previous, sources.period.year_ago))
    )
    found: list[Mapping[str, int] | None] = [
        counted(p) if p == sources.period or sources.book.covers(p) else None for p in periods
    ]
    present = {code for counts in found if counts for code in counts}
    codes = [code for code in code_lists()[code_list] if code in present]
    rows: list[tuple[Cell, ...]] = [
        (words.code(code_list, code), *(_count_in(counts, code) for counts in found))
        for code in codes
    ]
    totals = (None if c is None else sum(c.values()) for c in found)
    rows.append(("Samen", *("geen gegevens" if n is None else n for n in totals)))
    return Table(title, (heading, *(words.short(p) for p in periods)), tuple(rows))


def _count_in(counts: Mapping[str, int] | None, code: str) -> Cell:
    return "geen gegevens" if counts is None else counts.get(code, 0)


def responses(sources: Sources) -> Section:
    """Return the responses to adverts, and their trend."""
    book, period = sources.book, sources.period
    found = spread(book.responses(period))
    text = (
        f"In deze periode sloten {words.count(found.n, 'advertentie', 'advertenties')} waarvan "
        "het aantal reacties bekend is."
    )
    trend = _trend(
        sources,
        "Reacties op de middelste advertentie",
        "reacties",
        lambda p: spread(book.responses(p)).median,
    )
    rows = tuple(
        _spread_row(words.short(p), spread(book.responses(p)), p == period or book.covers(p))
        for p in period.back(TREND)
    )
    columns = ("Periode", "Advertenties", "Middelste", "Middelste helft")
    return Section(
        Part.RESPONSES,
        "Reacties",
        (Paragraph(text), *trend, Table("Reacties per advertentie", columns, rows)),
    )


def years(sources: Sources) -> Section:
    """Return the registration years of new tenants, per place, type and rooms."""
    book, period = sources.book, sources.period
    intro = Paragraph(
        "Hoeveel jaar stond de nieuwe huurder ingeschreven toen de advertentie sloot? Alleen van "
        "woningen waarbij de inschrijfduur telt. De middelste helft: een kwart stond korter "
        "ingeschreven, een kwart langer."
    )
    if not book.has_lettings:
        lacking = Paragraph(f"{words.NO_LETTINGS} Hoe lang het duurt, is dus niet te zeggen.")
        return Section(Part.YEARS, "Hoe lang het duurt", (lacking,))
    trend = _trend(
        sources,
        "Jaren ingeschreven, de middelste nieuwe huurder",
        "jaar",
        lambda p: spread(book.years(p)).median,
    )
    tables: list[Block] = []
    too_few: list[str] = []
    for heading, column, code_list in (
        ("Plaats", "place", ""),
        ("Soort woning", "dwelling_type", "dwelling_type"),
        ("Aantal kamers", "room_count", ""),
    ):
        found = book.years_by(period, column)
        if all(part.median is None for part in found.values()):
            too_few.append(f"per {heading.lower()}")
        else:
            rows = tuple(
                _spread_row(words.code(code_list, name) if code_list else name, part, True)
                for name, part in found.items()
            )
            columns = (heading, "Verhuringen", "Middelste", "Middelste helft")
            tables.append(Table(f"Jaren ingeschreven per {heading.lower()}", columns, rows))
    if tables:
        tables.append(Paragraph(f"Onder de tien verhuringen staat er: {words.TOO_FEW}."))
    if too_few:
        listed = format_list(too_few, locale="nl")
        tables.append(
            Paragraph(
                f"Voor jaren ingeschreven {listed} waren er overal minder dan tien verhuringen. "
                "Dat zegt te weinig."
            )
        )
    return Section(Part.YEARS, "Hoe lang het duurt", (intro, *trend, *tables))


def _spread_row(name: str, found: Spread, covered: bool) -> tuple[Cell, ...]:
    if not covered:
        return name, "geen gegevens", "–", "–"
    if found.median is None:
        return name, found.n, words.TOO_FEW, "–"
    half = f"{words.number(found.low)} tot {words.number(found.high)}"
    return name, found.n, found.median, half


def _trend(
    sources: Sources, title: str, unit: str, value: Callable[[Period], float | None]
) -> list[Chart]:
    """Return the last periods as bars; none where fewer than two have something to say."""
    periods = [
        p for p in sources.period.back(TREND) if p == sources.period or sources.book.covers(p)
    ]
    values: list[float | None] = [value(p) for p in periods]
    told = ", ".join(
        f"{words.short(p)}: {words.number(v)}" for p, v in zip(periods, values, strict=True)
    )
    alt = f"Staafdiagram met {unit} per periode. {told}."
    if sum(v is not None for v in values) < 2:
        return []
    return [Chart(title, alt, tuple(words.short(p) for p in periods), tuple(values))]
