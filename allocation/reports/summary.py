"""The first page: was anything wrong this period?

Decides the answer to that one question and the few sentences under it.  The
answer never says that all was well where something could not be told.
"""

from __future__ import annotations

from collections import Counter

from allocation.figures import Deviation, days_open, spread
from allocation.public import NormStatement
from allocation.reports import words
from allocation.reports.audience import Part
from allocation.reports.document import (
    Block,
    Bullets,
    Cell,
    Notice,
    Paragraph,
    Section,
    Table,
    Tone,
)
from allocation.reports.key_figures import OFFER_MODEL, key_figures, key_table
from allocation.reports.sources import Sources
from allocation.vocabulary import CheckResult

MOST_RULES = 8
"""So many rules fit on the first page."""

OPEN = frozenset({CheckResult.IN_TREATMENT, CheckResult.UNEXPLAINED})
"""A deviation with one of these results still waits for an answer."""


def summary(sources: Sources) -> Section:
    """Return the first page."""
    blocks: list[Block] = [answer(sources)]
    if not sources.complete:
        last = words.day(sources.until)
        blocks.append(
            Notice(
                Tone.NOTE,
                "Nog niet volledig",
                f"De gegevens gaan tot en met {last}. Uitkomsten komen er nog bij, omdat wij ze "
                f"pas {sources.delay_days} dagen na tekenen of later op de site zetten.",
            )
        )
    blocks += _broken_rules(sources)
    blocks.append(Bullets(tuple(_sentences(sources))))
    blocks.append(key_table(key_figures(sources.book, sources.period), sources.period))
    blocks.append(
        Paragraph(
            "Kan toeval zijn: zo'n verschil is bij deze aantallen niet bijzonder. Meer dan toeval: "
            "zo'n verschil geeft toeval minder dan één op de twintig keer."
        )
    )
    return Section(Part.SUMMARY, "Samenvatting", tuple(blocks))


def answer(sources: Sources) -> Notice:
    """Return the answer: was anything wrong?"""
    book, period = sources.book, sources.period
    lettings, checked = book.count(period), book.checked(period)
    when = words.period(period)
    if not book.has_lettings:
        return Notice(
            Tone.NOTE,
            "Of er iets mis was, is niet te zeggen",
            f"{words.NO_LETTINGS} Wij kunnen dus niet zeggen welke woningen zijn verhuurd, of de "
            "volgorde klopte en of de regels zijn gevolgd. Wel hoeveel mensen reageerden. Dat "
            "betekent niet dat alles in orde was.",
        )
    if not lettings:
        return Notice(
            Tone.NOTE,
            "Of er iets mis was, is niet te zeggen",
            f"In de gegevens staat geen enkele verhuring in {when}. Zonder verhuringen valt er "
            "niets te toetsen. Dat betekent niet dat alles in orde was.",
        )
    if not checked:
        return Notice(
            Tone.NOTE,
            "Of er iets mis was, is niet te zeggen",
            f"De {words.count(lettings, 'verhuring', 'verhuringen')} van {when} zijn niet aan de "
            "regels getoetst. Dat betekent niet dat alles in orde was.",
        )
    found = book.deviations(period)
    blind = _cannot_tell(sources)
    if not found:
        title = "Wij vonden niets dat niet klopte"
        told = "Bij geen enkele werd een regel niet gevolgd."
        if blind:
            title = "Wij vonden niets dat niet klopte, maar konden niet alles toetsen"
        return Notice(
            Tone.NOTE if blind else Tone.GOOD,
            title,
            f"{_checked(sources, checked)} {told}{blind}",
        )
    return _wrong(sources, found, checked, blind)


def _wrong(sources: Sources, found: list[Deviation], checked: int, blind: str) -> Notice:
    lettings = sources.book.lettings_with_deviation(sources.period)
    waiting = [deviation for deviation in found if deviation.result in OPEN]
    breaches = sum(sources.severity(deviation.rule) == "breach" for deviation in found)
    which = words.count(lettings, "verhuring", "verhuringen")
    if waiting:
        title = f"Bij {which} is een regel niet gevolgd; nog niet alles is toegelicht"
    else:
        title = f"Bij {which} is een regel niet gevolgd; alles is toegelicht"
    late = sum(deviation.result is CheckResult.UNEXPLAINED for deviation in waiting)
    parts = [
        _checked(sources, checked),
        f"Wij vonden {words.count(breaches, 'overtreding', 'overtredingen')} van een regel en "
        f"{words.count(len(found) - breaches, 'afwijking', 'afwijkingen')} van een afspraak.",
        f"Toegelicht: {words.number(len(found) - len(waiting))}. Nog in behandeling: "
        f"{words.number(len(waiting) - late)}. Niet op tijd toegelicht: {words.number(late)}.",
    ]
    return Notice(Tone.WRONG if waiting else Tone.NOTE, title, " ".join(parts) + blind)


def _broken_rules(sources: Sources) -> list[Table]:
    """Return which rules were not followed, most often first; none where all were."""
    found = sources.book.deviations(sources.period)
    if not found:
        return []
    counted = Counter(deviation.rule for deviation in found)
    waiting = Counter(deviation.rule for deviation in found if deviation.result in OPEN)
    order = sorted(counted, key=lambda rule: (-counted[rule], rule))
    rows: list[tuple[Cell, ...]] = [
        (f"{rule} {sources.rule_title(rule)}".strip(), counted[rule], waiting[rule])
        for rule in order[:MOST_RULES]
    ]
    rest = order[MOST_RULES:]
    if rest:
        rows.append(
            (
                f"{words.count(len(rest), 'andere regel', 'andere regels')}",
                sum(counted[rule] for rule in rest),
                sum(waiting[rule] for rule in rest),
            )
        )
    columns = ("Regel", "Niet gevolgd", "Nog open")
    return [Table("Welke regels niet zijn gevolgd", columns, tuple(rows))]


def _checked(sources: Sources, checked: int) -> str:
    rules = len(sources.book.results(sources.period))
    return (
        f"Wij toetsten {words.count(checked, 'verhuring', 'verhuringen')} aan "
        f"{words.count(rules, 'regel', 'regels')}."
    )


def _cannot_tell(sources: Sources) -> str:
    """Return a sentence about rules of which nothing could be told, or nothing."""
    results = sources.book.results(sources.period).values()
    lacking = sum(n[CheckResult.CANNOT_TELL] > 0 for n in results)
    if not lacking:
        return ""
    times = sum(n[CheckResult.CANNOT_TELL] for n in results)
    return (
        f" Bij {words.count(lacking, 'regel', 'regels')} ontbrak soms een gegeven: "
        f"{words.count(times, 'toets', 'toetsen')} kon daardoor niet."
        if times == 1
        else f" Bij {words.count(lacking, 'regel', 'regels')} ontbrak soms een gegeven: "
        f"{words.count(times, 'toets', 'toetsen')} konden daardoor niet."
    )


def _sentences(sources: Sources) -> list[str]:
    return [
        sentence
        for sentence in (
            _lettings(sources),
            _responses(sources),
            _years(sources),
            _waiting(sources),
            _norms(sources),
            _withheld(sources),
            _screening(sources),
        )
        if sentence
    ]


def _lettings(sources: Sources) -> str:
    book, period = sources.book, sources.period
    if not book.has_lettings:
        return f"Verhuurd: niet te zeggen. {words.NO_LETTINGS}"
    count = book.count(period)
    if not count:
        return "Verhuurd: geen enkele woning in deze gegevens."
    offered = book.by_model(period).get(OFFER_MODEL, 0)
    return (
        f"Verhuurd en op de site: {words.count(count, 'woning', 'woningen')}, waarvan "
        f"{words.number(offered)} via het aanbodmodel ({words.percent(offered, count)})."
    )


def _responses(sources: Sources) -> str:
    found = spread(sources.book.responses(sources.period))
    closed = words.count(found.n, "advertentie", "advertenties")
    if found.median is None or found.low is None or found.high is None:
        return (
            f"Reacties: {closed} sloten in deze periode; dat zijn er te weinig om iets te zeggen."
        )
    return (
        f"Reacties: de middelste van {closed} kreeg er {words.number(found.median)}; de middelste "
        f"helft tussen {words.number(found.low)} en {words.number(found.high)}."
    )


def _years(sources: Sources) -> str:
    if not sources.book.has_lettings:
        return f"Wachttijd: niet te zeggen. {words.NO_LETTINGS}"
    found = spread(sources.book.years(sources.period))
    if found.median is None:
        return "Wachttijd: te weinig verhuringen om iets te zeggen."
    return (
        f"Wachttijd: de middelste van {words.number(found.n)} nieuwe huurders stond "
        f"{words.number(found.median)} jaar ingeschreven, waar inschrijfduur telt."
    )


def _waiting(sources: Sources) -> str:
    if not sources.book.has_checks:
        return ""
    waiting = open_until(sources)
    if not waiting:
        return "Openstaande afwijkingen, ook van eerder: geen."
    days = [n for n in (days_open(d, sources.until) for d in waiting) if n is not None]
    longest = f"; de oudste staat {words.count(max(days), 'dag', 'dagen')} open" if days else ""
    if days and not max(days):
        longest = "; allemaal sinds de laatste nacht"
    return f"Openstaande afwijkingen, ook van eerder: {words.number(len(waiting))}{longest}."


def open_until(sources: Sources) -> list[Deviation]:
    """Return the open deviations of lettings of the period or before; later ones are not its."""
    last = sources.period.last
    return [d for d in sources.book.deviations() if d.result in OPEN and d.let_month <= last]


def _norms(sources: Sources) -> str:
    if sources.board is not None:
        failed = [norm.rule for norm in sources.board.norms if norm.verdict == "failed"]
        if not sources.board.norms:
            return "Normen: over dit jaar is niets gemeten."
        met = len(sources.board.norms) - len(failed)
        return f"Normen tot nu toe: {met} van {len(sources.board.norms)} in orde."
    latest = latest_norms(sources)
    if not latest:
        return (
            "Normen: nog niet te zeggen. Een jaar wordt pas vanaf 1 maart van het volgende jaar "
            "vastgesteld."
        )
    met = sum(norm.met is True for norm in latest)
    failed_count = sum(norm.met is False for norm in latest)
    unknown = len(latest) - met - failed_count
    return (
        f"Normen over {latest[0].last_year}: {words.number(met)} gehaald, "
        f"{words.number(failed_count)} niet gehaald, {words.number(unknown)} niet te zeggen."
    )


def latest_norms(sources: Sources) -> list[NormStatement]:
    """Return the statements of the last stated year that is not after the period."""
    stated = [norm for norm in sources.statements.norms if norm.last_year <= sources.period.year]
    last = max((norm.last_year for norm in stated), default=None)
    return [norm for norm in stated if norm.last_year == last]


def _withheld(sources: Sources) -> str:
    if sources.board is not None:
        total = sum(ground.in_period for ground in sources.board.grounds)
        return f"Niet op de site: {words.count(total, 'verhuring', 'verhuringen')} in deze periode."
    years = [year for year in sources.statements.years if year.year <= sources.period.year]
    if not years:
        return (
            "Niet op de site: hoeveel verhuringen dat zijn, zeggen wij per jaar, vanaf 1 maart van "
            "het volgende jaar."
        )
    last = max(years, key=lambda year: year.year)
    amount = "minder dan 10" if last.withheld is None else f"ongeveer {words.number(last.withheld)}"
    return f"Niet op de site: in {last.year} {amount} verhuringen, zoals afgesproken."


def _screening(sources: Sources) -> str:
    if sources.board is not None:
        told = sources.board.screening
        lettings = words.count(told.lettings, "verhuring", "verhuringen")
        return (
            f"Vergeleken met het register: {lettings} en "
            f"{words.count(told.sales, 'verkoop', 'verkopen')}; "
            f"{words.count(told.opened, 'zaak', 'zaken')} geopend."
        )
    if not sources.screens:
        return ""
    return "Elke verhuring wordt vergeleken met het register van medewerkers en aanverwanten."
