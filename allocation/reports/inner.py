"""The parts of a report that only the association or only the board sees.

Decides how their numbers are shown.  The numbers themselves come finished from
the barrier; nothing is worked out here but a share.
"""

from __future__ import annotations

from allocation.reports import words
from allocation.reports.audience import Part
from allocation.reports.document import Bullets, Paragraph, Section, Table
from allocation.reports.views import AssociationView, BoardView, IncomeTable


def withheld_by_ground(view: AssociationView) -> Section:
    """Return the association's table of grounds, one column a year."""
    title = "Niet op de site, per grond"
    if not view.grounds:
        text = Paragraph(
            "Over deze jaren is nog niets vastgesteld. Dat gebeurt vanaf 1 maart van het volgende "
            "jaar."
        )
        return Section(Part.WITHHELD_BY_GROUND, title, (text,))
    by_year = [dict(year.by_ground) for year in view.grounds]
    rows = tuple(
        (
            words.GROUNDS[ground],
            *(
                words.HIDDEN if year[ground] is None else f"ongeveer {words.number(year[ground])}"
                for year in by_year
            ),
        )
        for ground, _ in view.grounds[0].by_ground
    )
    columns = ("Grond", *(str(year.year) for year in view.grounds))
    note = (
        "Onder de tien is een getal verborgen. Soms is er nog een getal verborgen, omdat het "
        "eerste anders is uit te rekenen. De rest is afgerond op vijf."
    )
    intro = Paragraph("Alleen voor de huurdersvereniging. Deel deze tabel niet verder.")
    table = Table("Verhuringen die niet op de site staan", columns, rows, note=note)
    return Section(Part.WITHHELD_BY_GROUND, title, (intro, table))


def screening_share(view: AssociationView) -> Section:
    """Return in a word how many were compared."""
    return Section(
        Part.SCREENING_SHARE,
        "Hoeveel er zijn vergeleken",
        (Paragraph(words.COMPARED[view.compared]),),
    )


def norms_exact(view: BoardView) -> Section:
    """Return every norm of the year with its numerator and denominator."""
    title = "Normen, met teller en noemer"
    if not view.norms:
        return Section(Part.NORMS_EXACT, title, (Paragraph("Over dit jaar is niets gemeten."),))
    rows = tuple(
        (
            f"{norm.rule} {norm.title}",
            str(norm.last_year)
            if norm.first_year == norm.last_year
            else f"{norm.first_year} en {norm.last_year}",
            norm.numerator,
            norm.denominator,
            words.percent(norm.numerator, norm.denominator),
            words.bound(norm.at_most, norm.target_percent),
            words.VERDICTS[norm.verdict],
            sum(count for _, count in norm.left_out),
        )
        for norm in view.norms
    )
    columns = (
        "Norm",
        "Over",
        "Teller",
        "Noemer",
        "Aandeel",
        "Grens",
        "Oordeel",
        "Buiten de telling",
    )
    blocks: list[Paragraph | Table | Bullets] = [
        Paragraph(
            "Exact, over alle verhuringen van woningen, ook die niet op de site staan. Een jaar "
            "dat nog loopt, is een tussenstand."
            if not all(norm.complete for norm in view.norms)
            else "Exact, over alle verhuringen van woningen, ook die niet op de site staan."
        ),
        Table("Normen", columns, rows),
    ]
    left_out = [
        f"{norm.rule}: {words.number(count)} verhuringen zonder {column}."
        for norm in view.norms
        for column, count in norm.left_out
    ]
    if left_out:
        blocks += [Paragraph("Buiten de telling, omdat een gegeven ontbrak:")]
        blocks += [Bullets(tuple(left_out))]
    return Section(Part.NORMS_EXACT, title, tuple(blocks))


def withheld_exact(view: BoardView) -> Section:
    """Return the exact number of withheld lettings per ground."""
    rows = [
        (words.GROUNDS[ground.ground], ground.in_period, ground.in_year) for ground in view.grounds
    ]
    total = (
        "Samen",
        sum(ground.in_period for ground in view.grounds),
        sum(ground.in_year for ground in view.grounds),
    )
    return Section(
        Part.WITHHELD_EXACT,
        "Niet op de site, exact",
        (
            Paragraph("Vertrouwelijk: kleine aantallen kunnen naar een persoon leiden."),
            Table(
                "Verhuringen die niet op de site staan",
                ("Grond", "In deze periode", "In dit jaar tot nu toe"),
                (*rows, total),
            ),
        ),
    )


def screening_exact(view: BoardView) -> Section:
    """Return how many were compared, and how the cases ended."""
    told = view.screening
    rows = (
        ("Verhuringen vergeleken met het register", told.lettings),
        ("Verkopen vergeleken met het register", told.sales),
        ("Toewijzingen die niet vergeleken zijn", told.not_compared),
        ("Zaken geopend in deze periode", told.opened),
        ("waarvan nog niet afgesloten", told.waiting),
        ("waarvan afgesloten: geen bevoordeling", told.cleared),
        ("waarvan afgesloten: gegrond", told.upheld),
    )
    text = (
        "Een overeenkomst met het register is een signaal om te bekijken, geen vaststelling. "
        "Vertrouwelijk."
    )
    return Section(
        Part.SCREENING_EXACT,
        "Vergelijking met het register",
        (Paragraph(text), Table("Vergelijkingen en zaken", ("Wat", "Aantal"), rows)),
    )


def incomes(view: BoardView) -> Section:
    """Return lettings by income class and appropriateness."""
    intro = Paragraph(
        "Verhuringen van sociale huurwoningen naar inkomen van het huishouden en naar passendheid "
        "van de kale huur, met de grenzen van het jaar van verhuring (Woningwet art. 46 en 48, "
        "BTIV art. 54). Exact en vertrouwelijk."
    )
    tables = tuple(_income_table(table) for table in view.incomes)
    return Section(Part.INCOMES, "Inkomen en passend toewijzen", (intro, *tables))


def _income_table(table: IncomeTable) -> Table:
    rows = [
        (words.INCOMES[r.income], r.fits, r.too_high, r.unknown, r.fits + r.too_high + r.unknown)
        for r in table.rows
    ]
    fits, too_high, unknown = (
        sum(getattr(row, name) for row in table.rows) for name in ("fits", "too_high", "unknown")
    )
    total = ("Samen", fits, too_high, unknown, fits + too_high + unknown)
    return Table(
        f"Sociale huurwoningen verhuurd in {table.span}",
        ("Inkomen", "Huur tot de grens", "Huur boven de grens", "Niet bekend", "Samen"),
        (*rows, total),
        note=f"Daarnaast: {words.count(table.other, 'verhuring', 'verhuringen')} buiten de sociale "
        f"huur, en {words.count(table.unknown_kind, 'verhuring', 'verhuringen')} waarvan dat niet "
        "bekend is.",
    )
