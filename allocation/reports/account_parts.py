"""The parts that account for the rest: remarks, norms, what is not shown, rules, corrections.

Decides their sentences.  Numbers that depend on what is not public come as
finished statements; the words around them never depend on a case.
"""

from __future__ import annotations

from allocation.periods import Period
from allocation.reports import words
from allocation.reports.audience import Part
from allocation.reports.document import Block, Bullets, Cell, Paragraph, Section, Table
from allocation.reports.sources import Sources
from allocation.reports.summary import latest_norms
from allocation.vocabulary import Outcome


def remarks(sources: Sources) -> Section | None:
    """Return what the tenants' association remarked and what was answered, word for word."""
    blocks: list[Block] = []
    for lead, text in (
        ("De huurdersvereniging schrijft:", sources.remarks),
        (f"{sources.association_name} antwoordt:", sources.answer),
    ):
        if text.strip():
            blocks.append(Paragraph(lead))
            blocks += [Paragraph(part.strip()) for part in text.split("\n\n") if part.strip()]
    if not blocks:
        return None
    return Section(Part.REMARKS, "Opmerkingen van de huurdersvereniging", tuple(blocks))


def norms(sources: Sources) -> Section:
    """Return the norms as they may be stated, of the last stated year."""
    latest = latest_norms(sources)
    intro = Paragraph(
        "Bij de normen tellen ook verhuringen mee die niet op de site staan. Daarom zeggen wij "
        "alleen of een norm is gehaald, met een aandeel dat is afgerond op vijf procent."
    )
    if not latest:
        later = Paragraph(
            "Over deze jaren is nog niets vastgesteld. Dat gebeurt vanaf 1 maart van het volgende "
            "jaar."
        )
        return Section(Part.NORMS, "Normen", (intro, later))
    rows = tuple(
        (
            f"{norm.rule} {norm.title_nl}",
            _years_text(norm.first_year, norm.last_year),
            words.bound(norm.at_most, norm.target_percent),
            "niet te zeggen" if norm.share_percent is None else f"ongeveer {norm.share_percent} %",
            {True: "gehaald", False: "niet gehaald", None: "niet te zeggen"}[norm.met],
        )
        for norm in latest
    )
    columns = ("Norm", "Over", "Afspraak of wet", "Aandeel", "Gehaald")
    note = (
        "Niet te zeggen: er zijn te weinig verhuringen, of het aandeel ligt te dicht bij de grens. "
        "Wij zouden dan meer vertellen dan mag over mensen van wie de woning niet op de site staat."
    )
    unclear = any(norm.met is None or norm.share_percent is None for norm in latest)
    table = Table("Normen", columns, rows, note=note if unclear else "")
    return Section(Part.NORMS, "Normen", (intro, table))


def _years_text(first: int, last: int) -> str:
    return str(last) if first == last else f"{first} en {last}"


def withheld(sources: Sources) -> Section:
    """Return the merged number of withheld lettings per calendar year."""
    intro = Paragraph(
        "Woningen voor statushouders, herstructureringsurgenten en mensen in een zeer schrijnende "
        "situatie staan niet op de site. Dat is afgesproken met de huurdersvereniging en de "
        "gemeenten. Samen met de andere verhuringen die niet op de site staan, noemen wij ze als "
        "één getal per jaar, afgerond op vijf."
    )
    years_said = [y for y in sources.statements.years if y.year <= sources.period.year]
    if not years_said:
        later = Paragraph("Over deze jaren is nog niets vastgesteld; dat gebeurt vanaf 1 maart.")
        return Section(Part.WITHHELD, "Verhuringen die niet op de site staan", (intro, later))
    rows = tuple(
        (
            str(y.year),
            "minder dan 10" if y.withheld is None else f"ongeveer {words.number(y.withheld)}",
        )
        for y in years_said
    )
    table = Table("Niet op de site, per jaar", ("Jaar", "Verhuringen"), rows)
    return Section(Part.WITHHELD, "Verhuringen die niet op de site staan", (intro, table))


def screening(sources: Sources) -> Section:
    """Return the fixed words about the register of employees and relatives."""
    if sources.screens:
        text = (
            "Elke nieuwe huurder en koper wordt vergeleken met een register van medewerkers en hun "
            "aanverwanten, ook als de woning niet op de site staat. Lijkt iemand op iemand in het "
            "register, dan kijken twee mensen ernaar die er niet bij betrokken zijn. Hoe vaak dat "
            "gebeurt en hoe het afloopt, hoort het bestuur. Het staat nooit in een openbaar stuk."
        )
    else:
        text = (
            f"{sources.association_name} heeft nog geen register van medewerkers en aanverwanten "
            "aangesloten. Nieuwe huurders worden daar dus niet mee vergeleken."
        )
    return Section(Part.SCREENING, "Medewerkers en hun aanverwanten", (Paragraph(text),))


def rules(sources: Sources) -> Section:
    """Return which rules began or ended in the period."""
    period = sources.period
    began = [r for r in sources.rules if period.first <= r.in_force_from <= period.last]
    ended = [
        r
        for r in sources.rules
        if r.in_force_until is not None and period.first <= r.in_force_until <= period.last
    ]
    title = "Veranderingen in de regels"
    if not began and not ended:
        return Section(
            Part.RULES, title, (Paragraph("In deze periode begon of eindigde geen enkele regel."),)
        )
    items = [
        f"Vanaf {words.day(r.in_force_from)}: {r.id} {r.title_nl}. {r.basis_nl}." for r in began
    ]
    items += [
        f"Tot en met {words.day(r.in_force_until)}: {r.id} {r.title_nl}."
        for r in ended
        if r.in_force_until is not None
    ]
    return Section(Part.RULES, title, (Bullets(tuple(items)),))


def corrections(sources: Sources) -> Section:
    """Return what is now different from what earlier reports said."""
    blocks: list[Block] = []
    rows: list[tuple[Cell, ...]] = []
    compared: list[Period] = []
    for period in dict.fromkeys((sources.period, sources.period.previous, sources.period.year_ago)):
        saved = sources.saved.get(str(period))
        if saved is None or not (sources.book.covers(period) or period == sources.period):
            continue
        compared.append(period)
        now = figures_to_save(sources, period)
        rows += [
            (words.short(period), name, then, now[name])
            for name, then in saved.figures.items()
            if name in now and now[name] != then
        ]
    if not compared:
        text = "Er is geen eerder rapport om mee te vergelijken."
    elif rows:
        text = "Deze getallen zijn anders dan in een eerder rapport, omdat er iets is hersteld of "
        text += "later is aangeleverd."
    else:
        told = ", ".join(words.short(period) for period in compared)
        text = f"De getallen van {told} zijn nog hetzelfde als in het rapport van toen."
    blocks.append(Paragraph(text))
    if rows:
        columns = ("Periode", "Wat", "Eerder gemeld", "Nu")
        blocks.append(Table("Gecorrigeerde getallen", columns, tuple(rows), wide=(1,)))
    withdrawn = sources.book.outcomes(sources.period)[Outcome.WITHDRAWN]
    blocks.append(
        Paragraph(
            "Van de advertenties met een sluitdatum in deze periode "
            + (
                "is er geen teruggetrokken uit het aanbod."
                if not withdrawn
                else f"{'is' if withdrawn == 1 else 'zijn'} er {words.number(withdrawn)} "
                "teruggetrokken uit het aanbod. De reden daarvan is nooit openbaar."
            )
        )
    )
    return Section(Part.CORRECTIONS, "Correcties en intrekkingen", tuple(blocks))


def figures_to_save(sources: Sources, period: Period) -> dict[str, int]:
    """Return the public figures of a period by which a later report sees corrections."""
    book = sources.book
    figures = {"verhuringen": book.count(period)}
    figures |= {
        f"verhuringen, {words.code('publication_model', name)}": n
        for name, n in book.by_model(period).items()
    }
    figures |= {
        f"advertenties, {words.outcome(outcome)}": n
        for outcome, n in book.outcomes(period).items()
        if outcome in (Outcome.LET, Outcome.NOT_LET, Outcome.WITHDRAWN)
    }
    if book.checked(period):
        figures["verhuringen met een afwijking"] = book.lettings_with_deviation(period)
    return figures


def method(sources: Sources) -> Section:
    """Return how everything is counted."""
    back = sources.book.reaches_back_to
    return Section(
        Part.METHOD,
        "Hoe wij tellen",
        (
            Bullets(
                (
                    "Een verhuring telt in de maand van toewijzing. Een advertentie telt in de "
                    "maand waarin hij sloot.",
                    "De middelste is de mediaan: de helft zit eronder, de helft erboven.",
                    f"Onder de tien staat er: {words.TOO_FEW}.",
                    "Of een verschil toeval kan zijn, rekenen wij uit. Aantallen: de exacte toets "
                    "voor twee aantallen per dag. Aandelen: de toets van Fisher. Jaren en "
                    "reacties: de toets van Mann en Whitney. De grens is één op twintig. Van "
                    "twintig verschillen lijkt er dus gemiddeld één echt dat het niet is.",
                    "Een periode heet 'geen gegevens' als onze gegevens niet ver genoeg teruggaan"
                    + (f" (tot {words.month(back)})." if back else "."),
                    "Iedereen kan de openbare getallen narekenen met de open data op de site, in "
                    "de map /data/.",
                )
            ),
        ),
    )
