"""The columns of the open data: names, types, units and words in two languages.

Decides what a reuser is told of every column, and with it the schema of each
table.  A column that has no entry here cannot be written: the tables are made
in the order of these lists.  Names and meanings never change silently; see
``CHANGES``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from allocation.public import LETTINGS
from allocation.vocabulary import CheckResult, Explanation, Outcome, code_lists

SCHEMA_VERSION = "1.1.0"

CHANGES: tuple[tuple[str, str, str, str], ...] = (
    (
        "1.1.0",
        "2026-11-25",
        "Een tabel met de regels: titel, hoe zwaar een regel weegt, en vanaf en tot wanneer.",
        "A table of the rules: title, how serious a rule is, and from and until when it holds.",
    ),
    (
        "1.0.0",
        "2026-11-23",
        "Eerste versie: woningen, toetsen, afwijkingen en jaarcijfers.",
        "First version: dwellings, checks, deviations and yearly figures.",
    ),
)
"""What changed in the tables: version, date, in Dutch, in English; newest first."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its Arrow type, its words, its unit and its closed list of codes.

    ``codes`` holds (code, Dutch, English); empty for a column without a list.
    """

    name: str
    type: pa.DataType
    title_nl: str
    title_en: str
    nl: str
    en: str
    unit: str = ""
    codes: tuple[tuple[str, str, str], ...] = ()
    required: bool = False

    @property
    def arrow(self) -> pa.Field:
        """The Arrow field."""
        return pa.field(self.name, self.type, nullable=not self.required)


def _listed(name: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((c.code, c.name_nl, c.name_en) for c in code_lists()[name].values())


OUTCOMES = {
    Outcome.OPEN: ("open voor reacties", "open for responses"),
    Outcome.IN_PROGRESS: ("in behandeling", "in progress"),
    Outcome.LET: ("verhuurd", "let"),
    Outcome.NOT_LET: ("niet verhuurd", "not let"),
    Outcome.WITHDRAWN: ("teruggetrokken uit het aanbod", "withdrawn from the offer"),
}

RESULTS = {
    CheckResult.PASSED: ("in orde", "passed"),
    CheckResult.NOT_APPLICABLE: ("niet van toepassing", "not applicable"),
    CheckResult.CANNOT_TELL: ("niet vast te stellen", "cannot tell"),
    CheckResult.IN_TREATMENT: ("afwijking, in behandeling", "deviation, being looked into"),
    CheckResult.EXPLAINED: ("afwijking, toegelicht", "deviation, explained"),
    CheckResult.UNEXPLAINED: ("afwijking, niet toegelicht", "deviation, not explained"),
}

EXPLANATIONS = {
    Explanation.RECORDING_ERROR: ("fout bij het vastleggen", "recording error"),
    Explanation.AGREED_EXCEPTION: ("afgesproken uitzondering", "agreed exception"),
    Explanation.MISTAKE_REPAIRED: ("fout, hersteld", "mistake, repaired"),
    Explanation.MISTAKE_STANDS: ("fout, niet te herstellen", "mistake that stands"),
    Explanation.UPHELD: ("vastgesteld na onderzoek", "established after a review"),
}

_OUTCOME_CODES = tuple((str(code), *words) for code, words in OUTCOMES.items())
_RESULT_CODES = tuple((str(code), *words) for code, words in RESULTS.items())
_EXPLANATION_CODES = tuple((str(code), *words) for code, words in EXPLANATIONS.items())

_KEY_NL = "Vaste sleutel van één advertentie van één woning; de pagina staat op woning/<key>.html"
_KEY_EN = "Lasting key of one advert of one dwelling; its page is woning/<key>.html"
_ONLY_LET_NL = "alleen bij een verhuurde woning"
_ONLY_LET_EN = "only of a dwelling that was let"


def _public(
    name: str,
    title_nl: str,
    title_en: str,
    nl: str,
    en: str,
    unit: str = "",
    codes: tuple[tuple[str, str, str], ...] = (),
) -> Field:
    """Return the field of a column of the public table, with the type that it has there."""
    own = LETTINGS.field(name)
    return Field(name, own.type, title_nl, title_en, nl, en, unit, codes, not own.nullable)


def _passed(kind: str, nl: str, en: str) -> Field:
    return _public(
        f"passed_{kind}",
        f"Overgeslagen: {nl}",
        f"Passed over: {en}",
        f"Aantal kandidaten hoger op de lijst dat de woning niet kreeg: {nl}; {_ONLY_LET_NL}",
        f"Number of candidates higher in rank who did not get the dwelling: {en}; {_ONLY_LET_EN}",
        "persons",
    )


DWELLINGS: tuple[Field, ...] = (
    _public("key", "Sleutel", "Key", _KEY_NL, _KEY_EN),
    _public("street", "Straat", "Street", "Naam van de straat", "Name of the street"),
    _public(
        "house_number",
        "Huisnummer",
        "House number",
        "Huisnummer met letter en toevoeging; leeg als de corporatie het niet toont",
        "House number with letter and addition; empty where the association does not show it",
    ),
    _public("place", "Plaats", "Place", "Woonplaats", "Town or village"),
    _public("municipality", "Gemeente", "Municipality", "Gemeente", "Municipality"),
    _public("neighbourhood", "Buurt", "Neighbourhood", "Buurt of wijk", "Neighbourhood"),
    _public(
        "dwelling_type",
        "Soort woning",
        "Type of dwelling",
        "Soort woning, uit een gesloten lijst",
        "Type of dwelling, from a closed list",
        codes=_listed("dwelling_type"),
    ),
    _public("room_count", "Kamers", "Rooms", "Aantal kamers", "Number of rooms", "rooms"),
    _public("floor_area_m2", "Oppervlakte", "Floor area", "Woonoppervlakte", "Floor area", "m2"),
    _public(
        "energy_label",
        "Energielabel",
        "Energy label",
        "Energielabel",
        "Energy label",
        codes=_listed("energy_label"),
    ),
    _public(
        "bare_rent",
        "Kale huur",
        "Bare rent",
        "Kale huur per maand, zonder servicekosten",
        "Bare rent a month, without service charges",
        "EUR/month",
    ),
    _public("label", "Label", "Label", "Label van de advertentie", "Label of the advert"),
    _public(
        "model",
        "Manier van verdelen",
        "Method of allocation",
        "Volgens welk model de woning is verdeeld",
        "By which model the dwelling was allocated",
        codes=_listed("publication_model"),
    ),
    _public(
        "ordering",
        "Volgorde",
        "Ordering",
        "Wat de volgorde van kandidaten met gelijke voorrang bepaalt",
        "What decides the order of candidates of the same priority",
        codes=_listed("ordering"),
    ),
    _public(
        "opens_on",
        "Open vanaf",
        "Opens on",
        "Eerste dag waarop mensen konden reageren",
        "First day on which people could respond",
    ),
    _public(
        "closes_on",
        "Open tot en met",
        "Closes on",
        "Laatste dag waarop mensen konden reageren; leeg zonder einddatum",
        "Last day on which people could respond; empty without an end",
    ),
    _public(
        "min_household_size",
        "Kleinste huishouden",
        "Smallest household",
        "Voorwaarde: ten minste zoveel personen",
        "Condition: at least so many persons",
        "persons",
    ),
    _public(
        "max_household_size",
        "Grootste huishouden",
        "Largest household",
        "Voorwaarde: ten hoogste zoveel personen",
        "Condition: at most so many persons",
        "persons",
    ),
    _public(
        "min_age",
        "Leeftijd vanaf",
        "Lowest age",
        "Voorwaarde: ten minste zo oud",
        "Condition: at least so old",
        "years",
    ),
    _public(
        "max_age",
        "Leeftijd tot en met",
        "Highest age",
        "Voorwaarde: ten hoogste zo oud",
        "Condition: at most so old",
        "years",
    ),
    _public(
        "min_income",
        "Inkomen vanaf",
        "Lowest income",
        "Voorwaarde: ten minste zo veel inkomen van het huishouden",
        "Condition: at least so much household income",
        "EUR/year",
    ),
    _public(
        "max_income",
        "Inkomen tot en met",
        "Highest income",
        "Voorwaarde: ten hoogste zo veel inkomen van het huishouden",
        "Condition: at most so much household income",
        "EUR/year",
    ),
    _public(
        "priority_order",
        "Voorrang",
        "Priority",
        "Voorrangsklassen van de advertentie, hoogste eerst, met > ertussen",
        "Priority classes of the advert, highest first, with > between",
    ),
    _public(
        "response_count",
        "Reacties",
        "Responses",
        "Hoeveel woningzoekenden reageerden; leeg als dat niet is geleverd",
        "How many home-seekers responded; empty where that was not delivered",
        "responses",
    ),
    _public(
        "outcome",
        "Uitkomst",
        "Outcome",
        "Wat er van de woning is geworden",
        "What became of the dwelling",
        codes=_OUTCOME_CODES,
    ),
    _public(
        "rank",
        "Plaats op de lijst",
        "Rank",
        f"Plaats van de nieuwe huurder op de lijst van kandidaten; {_ONLY_LET_NL}",
        f"Place of the new tenant on the list of candidates; {_ONLY_LET_EN}",
    ),
    _public(
        "registration_years",
        "Jaren ingeschreven",
        "Years registered",
        "Hele jaren dat de nieuwe huurder stond ingeschreven toen de advertentie sloot; alleen "
        "waar inschrijfduur de volgorde bepaalt",
        "Whole years for which the new tenant was registered when the advert closed; only where "
        "registration duration decides the order",
        "years",
    ),
    _passed("declined", "zelf geweigerd", "declined"),
    _passed("conditions", "voldeed niet aan de voorwaarden", "conditions not met"),
    _passed("no_answer", "gaf geen antwoord", "gave no answer"),
    _passed("other", "andere reden", "another reason"),
    _passed("no_reason", "geen reden vastgelegd", "no reason recorded"),
    _public(
        "let_month",
        "Maand van verhuring",
        "Month of letting",
        f"Eerste dag van de maand waarin de woning is toegewezen; {_ONLY_LET_NL}",
        f"First day of the month in which the dwelling was allocated; {_ONLY_LET_EN}",
    ),
    Field(
        "checks_passed",
        pa.int64(),
        "Toetsen in orde",
        "Checks passed",
        f"Hoeveel regels bij deze verhuring in orde waren; {_ONLY_LET_NL}",
        f"How many rules this letting passed; {_ONLY_LET_EN}",
        "rules",
    ),
    Field(
        "checks_cannot_tell",
        pa.int64(),
        "Toetsen niet vast te stellen",
        "Checks that cannot tell",
        f"Hoeveel regels niet te toetsen waren omdat een gegeven ontbreekt; {_ONLY_LET_NL}",
        f"How many rules could not be judged because data are missing; {_ONLY_LET_EN}",
        "rules",
    ),
    Field(
        "deviations",
        pa.int64(),
        "Afwijkingen",
        "Deviations",
        f"Hoeveel regels niet zijn gevolgd; welke dat zijn, staat in afwijkingen.csv; "
        f"{_ONLY_LET_NL}",
        f"How many rules were not followed; afwijkingen.csv says which; {_ONLY_LET_EN}",
        "rules",
    ),
)
"""The main table: one row per advert and dwelling."""

_RULE = Field(
    "rule",
    pa.string(),
    "Regel",
    "Rule",
    "Nummer van de regel, zoals op de pagina over de verdeling",
    "Number of the rule, as on the page about the allocation",
    required=True,
)
_RESULT = Field(
    "result",
    pa.string(),
    "Uitslag",
    "Result",
    "Uitslag van de regel bij deze verhuring",
    "Result of the rule for this letting",
    codes=_RESULT_CODES,
    required=True,
)

CHECKS: tuple[Field, ...] = (
    Field("key", pa.string(), "Sleutel", "Key", _KEY_NL, _KEY_EN, required=True),
    _RULE,
    _RESULT,
    Field(
        "since",
        pa.date32(),
        "Zichtbaar sinds",
        "Shown since",
        "Eerste nacht waarin de afwijking te zien was; leeg als er geen afwijking is",
        "First night that showed the deviation; empty where there is none",
    ),
    Field(
        "explanation",
        pa.string(),
        "Toelichting",
        "Explanation",
        "Soort toelichting op de afwijking; leeg zolang die er niet is",
        "Class of the explanation of the deviation; empty while there is none",
        codes=_EXPLANATION_CODES,
    ),
)
"""Checks in long form: one row per letting and rule."""

CHECKS_BY_MONTH: tuple[Field, ...] = (
    Field(
        "let_month",
        pa.date32(),
        "Maand van verhuring",
        "Month of letting",
        "Eerste dag van de maand",
        "First day of the month",
        required=True,
    ),
    _RULE,
    _RESULT,
    Field(
        "lettings",
        pa.int64(),
        "Verhuringen",
        "Lettings",
        "Aantal verhuringen met deze uitslag",
        "Number of lettings with this result",
        "lettings",
        required=True,
    ),
)
"""Checks counted: one row per month of letting, rule and result."""

STATEMENTS: tuple[Field, ...] = (
    Field(
        "statement",
        pa.string(),
        "Gegeven",
        "Statement",
        "Wat de rij zegt: withheld (verhuringen die niet op de site staan) of de regel van een "
        "norm",
        "What the row says: withheld (lettings that are not on the site) or the rule of a norm",
        required=True,
    ),
    Field(
        "first_year",
        pa.int64(),
        "Eerste jaar",
        "First year",
        "Eerste kalenderjaar",
        "First calendar year",
        required=True,
    ),
    Field(
        "last_year",
        pa.int64(),
        "Laatste jaar",
        "Last year",
        "Laatste kalenderjaar",
        "Last calendar year",
        required=True,
    ),
    Field(
        "lettings",
        pa.int64(),
        "Verhuringen",
        "Lettings",
        "Aantal, afgerond op vijf; leeg bij minder dan tien",
        "Number, rounded to five; empty where fewer than ten",
        "lettings",
    ),
    Field(
        "share_percent",
        pa.int64(),
        "Aandeel",
        "Share",
        "Aandeel, afgerond op vijf procent; leeg als er te weinig verhuringen zijn",
        "Share, rounded to five percent; empty where there are too few lettings",
        "percent",
    ),
    Field(
        "target_percent",
        pa.decimal128(5, 2),
        "Norm",
        "Target",
        "Het aandeel dat is afgesproken of dat de wet vraagt",
        "The share that was agreed or that the law asks",
        "percent",
    ),
    Field(
        "met",
        pa.bool_(),
        "Gehaald",
        "Met",
        "Of de norm is gehaald; leeg als dat niet te zeggen is",
        "Whether the norm was met; empty where that cannot be told",
    ),
)
"""The yearly statements: rounded, from lettings that are not all public."""


SEVERITIES = {
    "breach": ("overtreding", "breach"),
    "deviation": ("afwijking van een afspraak", "deviation from an agreement"),
    "signal": ("signaal, alleen voor de corporatie", "signal, for the association alone"),
    "norm": ("norm over een jaar of langer", "norm over a year or longer"),
}

RULES: tuple[Field, ...] = (
    _RULE,
    Field(
        "title_nl",
        pa.string(),
        "Titel",
        "Title in Dutch",
        "Titel van de regel",
        "Title of the rule in Dutch",
        required=True,
    ),
    Field(
        "title_en",
        pa.string(),
        "Titel in het Engels",
        "Title",
        "Titel van de regel in het Engels",
        "Title of the rule",
        required=True,
    ),
    Field(
        "severity",
        pa.string(),
        "Gewicht",
        "Severity",
        "Wat het is als de regel niet wordt gevolgd",
        "What it is when the rule is not followed",
        codes=tuple((code, nl, en) for code, (nl, en) in SEVERITIES.items()),
        required=True,
    ),
    Field(
        "in_force_from",
        pa.date32(),
        "Geldt vanaf",
        "In force from",
        "Eerste dag waarop de regel geldt",
        "First day on which the rule holds",
        required=True,
    ),
    Field(
        "in_force_until",
        pa.date32(),
        "Geldt tot en met",
        "In force until",
        "Laatste dag waarop de regel geldt; leeg als hij nog geldt",
        "Last day on which the rule holds; empty where it still does",
    ),
)


def schema_of(fields: tuple[Field, ...]) -> pa.Schema:
    """Return the Arrow schema of a list of columns."""
    return pa.schema([field.arrow for field in fields])
