"""Who reads a report and what each may see: the allow-list of every report.

Decides which parts a report can have.  A part that is not listed for an
audience is not made for it.  Knows no figure.
"""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """For whom a report is."""

    PUBLIC = "public"
    ASSOCIATION = "association"
    BOARD = "board"


class Part(StrEnum):
    """The parts of a report, in the order in which they stand in it."""

    SUMMARY = "summary"
    REMARKS = "remarks"
    DEVIATIONS = "deviations"
    OPEN_DEVIATIONS = "open_deviations"
    CHECKS = "checks"
    LETTINGS = "lettings"
    RESPONSES = "responses"
    YEARS = "years"
    NORMS = "norms"
    NORMS_EXACT = "norms_exact"
    WITHHELD = "withheld"
    WITHHELD_BY_GROUND = "withheld_by_ground"
    WITHHELD_EXACT = "withheld_exact"
    SCREENING = "screening"
    SCREENING_SHARE = "screening_share"
    SCREENING_EXACT = "screening_exact"
    INCOMES = "incomes"
    RULES = "rules"
    CORRECTIONS = "corrections"
    METHOD = "method"


_EVERYBODY = frozenset(
    {
        Part.SUMMARY,
        Part.REMARKS,
        Part.DEVIATIONS,
        Part.OPEN_DEVIATIONS,
        Part.CHECKS,
        Part.LETTINGS,
        Part.RESPONSES,
        Part.YEARS,
        Part.NORMS,
        Part.WITHHELD,
        Part.SCREENING,
        Part.RULES,
        Part.CORRECTIONS,
        Part.METHOD,
    }
)

SEES: dict[Audience, frozenset[Part]] = {
    Audience.PUBLIC: _EVERYBODY,
    Audience.ASSOCIATION: _EVERYBODY | {Part.WITHHELD_BY_GROUND, Part.SCREENING_SHARE},
    Audience.BOARD: (_EVERYBODY - {Part.NORMS, Part.WITHHELD, Part.SCREENING})
    | {Part.NORMS_EXACT, Part.WITHHELD_EXACT, Part.SCREENING_EXACT, Part.INCOMES},
}
"""The allow-list."""

AUDIENCES: dict[Audience, tuple[str, str]] = {
    Audience.PUBLIC: ("openbaar", "Openbaar rapport"),
    Audience.ASSOCIATION: ("huurdersvereniging", "Rapport voor de huurdersvereniging"),
    Audience.BOARD: ("bestuur", "Rapport voor bestuur en toezicht"),
}
"""The word in a file name, and the title."""

PARTS: dict[Part, tuple[str, str]] = {
    Part.SUMMARY: ("Samenvatting", "van wat hieronder staat"),
    Part.REMARKS: ("Opmerkingen en antwoord", "zoals aangeleverd, woord voor woord"),
    Part.DEVIATIONS: ("Afwijkingen", "elke afwijking, met adres, regel en soort toelichting"),
    Part.OPEN_DEVIATIONS: ("Wat nog openstaat", "elke open afwijking en hoe lang al"),
    Part.CHECKS: ("Toetsen per regel", "exact, van de verhuringen op de site"),
    Part.LETTINGS: ("Verhuringen", "exact, per manier van verdelen"),
    Part.RESPONSES: ("Reacties", "exact, van elke advertentie"),
    Part.YEARS: ("Hoe lang het duurt", "per plaats, soort en aantal kamers"),
    Part.NORMS: ("Normen", "gehaald of niet, met een aandeel afgerond op vijf procent"),
    Part.NORMS_EXACT: ("Normen, exact", "met teller, noemer en wat buiten de telling bleef"),
    Part.WITHHELD: ("Niet op de site", "één getal per kalenderjaar, afgerond op vijf"),
    Part.WITHHELD_BY_GROUND: (
        "Niet op de site, per grond",
        "per kalenderjaar, onder de tien verborgen en afgerond op vijf",
    ),
    Part.WITHHELD_EXACT: ("Niet op de site, exact", "per grond, voor de periode en het jaar"),
    Part.SCREENING: ("Vergelijking met het register", "een vaste zin, zonder getal"),
    Part.SCREENING_SHARE: (
        "Vergelijking met het register, aandeel",
        "of alle, bijna alle of minder verhuringen zijn vergeleken",
    ),
    Part.SCREENING_EXACT: (
        "Vergelijking met het register, exact",
        "hoeveel verhuringen en verkopen, hoeveel zaken en hoe die afliepen",
    ),
    Part.INCOMES: ("Inkomen en passendheid", "exact, verhuringen per inkomensklasse"),
    Part.RULES: ("Veranderingen in de regels", "regels die begonnen of eindigden"),
    Part.CORRECTIONS: ("Correcties en intrekkingen", "wat anders is dan eerder gemeld"),
    Part.METHOD: ("Hoe wij tellen", "uitleg"),
}
"""What each part is called, and in what form it is seen."""


def sees(audience: Audience, part: Part) -> bool:
    """Say whether an audience may see a part."""
    return part in SEES[audience]
