"""The contract: every table and column of a night's export, once.

Decides names, types, keys, units, sensitivity and the place in VERA of each
column.  The readers, the Arrow schemas, the Table Schema files in ``data/``,
the reference page of the documentation, the barrier and the leak check all
follow from here; none of them may hold a list of columns of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa


class Sensitivity(StrEnum):
    """Who may see a column: the one classification that drives the barrier."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SECRET = "secret"


class Kind(StrEnum):
    """The type of a column's values."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    MONEY = "money"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"


ARROW_TYPES: dict[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.MONEY: pa.decimal128(12, 2),
    Kind.DECIMAL: pa.decimal128(9, 2),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
}

SQL_TYPES: dict[Kind, str] = {
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.MONEY: "DECIMAL(12,2)",
    Kind.DECIMAL: "DECIMAL(9,2)",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMP",
}
"""Types in the engine; an instant is a TIMESTAMP without zone that holds UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table.

    ``vera`` is the path of the attribute in VERA's JSON, dots between levels;
    a reference value is an object ``{code, naam, soort: {code}}``.  A missing
    value in a ``required`` column makes the row unreadable.  ``axis`` marks a
    column on which a letting can be withheld: there a missing or unknown code
    is kept as NULL and withholds, and the row is reported, not quarantined.
    ``low`` and ``high`` bound numbers, and years of dates and instants.
    """

    name: str
    kind: Kind
    sensitivity: Sensitivity
    nl: str
    en: str
    required: bool = False
    unit: str = ""
    code_list: str = ""
    low: int | None = None
    high: int | None = None
    pattern: str = ""
    references: tuple[str, str] | None = None
    vera: str = ""
    axis: bool = False
    identifies: bool = False

    @property
    def arrow(self) -> pa.Field:
        """The Arrow field; nullable unless required."""
        return pa.field(self.name, ARROW_TYPES[self.kind], nullable=not self.required)


FILE_ROW = "file_row"
"""The number of a row in its file: no two rows have the same."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the export; ``optional`` tables need not be delivered.

    Of a ``numbered`` table the rows, once read, have a column more: ``FILE_ROW``, by
    which a row is found again.
    """

    name: str
    nl: str
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    vera: str
    optional: bool = False
    may_be_empty: bool = True
    numbered: bool = False

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the table."""
        return pa.schema([column.arrow for column in self.columns])


PUBLIC, INTERNAL = Sensitivity.PUBLIC, Sensitivity.INTERNAL
PERSONAL, SECRET = Sensitivity.PERSONAL, Sensitivity.SECRET
TEXT, CODE, INTEGER, MONEY = Kind.TEXT, Kind.CODE, Kind.INTEGER, Kind.MONEY
DECIMAL, BOOLEAN, DATE, INSTANT = Kind.DECIMAL, Kind.BOOLEAN, Kind.DATE, Kind.INSTANT

POSTCODE = r"[1-9][0-9]{3} ?[A-Za-z]{2}"


def _id(name: str, sensitivity: Sensitivity, nl: str, en: str, **more: object) -> Column:
    return Column(
        name,
        TEXT,
        sensitivity,
        nl,
        en,
        required=True,
        identifies=True,
        **more,  # type: ignore[arg-type]
    )


def _identity(sensitivity: Sensitivity, vera: bool) -> tuple[Column, ...]:
    """Return the name, birth date and address columns of a person."""

    def person(name: str, kind: Kind, nl: str, en: str, path: str, **more: object) -> Column:
        alias = path if vera else name
        return Column(name, kind, sensitivity, nl, en, vera=alias, **more)  # type: ignore[arg-type]

    return (
        person("initials", TEXT, "Voorletters", "Initials", "voorletters"),
        person("given_name", TEXT, "Voornaam", "Given name", "voornaam"),
        person(
            "surname_prefix", TEXT, "Tussenvoegsels", "Particles of the surname", "tussenvoegsels"
        ),
        person("surname", TEXT, "Achternaam", "Surname", "achternaam", required=True),
        person(
            "birth_surname", TEXT, "Geslachtsnaam bij geboorte", "Surname at birth", "geslachtsnaam"
        ),
        person(
            "birth_date",
            DATE,
            "Geboortedatum",
            "Date of birth",
            "geboortedatum",
            low=1900,
            high=2099,
        ),
        person("postcode", TEXT, "Postcode", "Postcode", "adres.postcode", pattern=POSTCODE),
        person("house_number", INTEGER, "Huisnummer", "House number", "adres.huisnummer", low=1),
        person("house_letter", TEXT, "Huisletter", "House letter", "adres.huisletter"),
        person(
            "house_number_addition",
            TEXT,
            "Huisnummertoevoeging",
            "Addition to the house number",
            "adres.huisnummertoevoeging",
        ),
    )


DWELLINGS = Table(
    "dwellings",
    "Woningen: elke eenheid die is aangeboden of toegewezen",
    "Dwellings: every unit that was advertised or allocated",
    ("dwelling_id",),
    (
        _id("dwelling_id", INTERNAL, "Nummer van de eenheid", "Number of the unit", vera="id"),
        Column("street", TEXT, PUBLIC, "Straat", "Street", True, vera="adres.straatnaam"),
        Column(
            "house_number",
            INTEGER,
            PUBLIC,
            "Huisnummer",
            "House number",
            True,
            low=1,
            high=99999,
            vera="adres.huisnummer",
        ),
        Column("house_letter", TEXT, PUBLIC, "Huisletter", "House letter", vera="adres.huisletter"),
        Column(
            "house_number_addition",
            TEXT,
            PUBLIC,
            "Huisnummertoevoeging",
            "Addition to the house number",
            vera="adres.huisnummertoevoeging",
        ),
        Column(
            "postcode",
            TEXT,
            INTERNAL,
            "Postcode",
            "Postcode",
            pattern=POSTCODE,
            vera="adres.postcode",
        ),
        Column("place", TEXT, PUBLIC, "Plaats", "Place", True, vera="adres.woonplaats.naam"),
        Column(
            "municipality", TEXT, PUBLIC, "Gemeente", "Municipality", vera="adres.gemeente.naam"
        ),
        Column("neighbourhood", TEXT, PUBLIC, "Buurt", "Neighbourhood", vera="adres.buurt.naam"),
        Column(
            "dwelling_type",
            CODE,
            PUBLIC,
            "Soort woning",
            "Type of dwelling",
            code_list="dwelling_type",
            vera="detailSoort",
        ),
        Column(
            "room_count",
            INTEGER,
            PUBLIC,
            "Aantal kamers",
            "Number of rooms",
            low=1,
            high=30,
            vera="kamersAantal",
        ),
        Column(
            "floor_area_m2",
            DECIMAL,
            PUBLIC,
            "Oppervlakte",
            "Floor area",
            unit="m2",
            low=1,
            high=2000,
            vera="gebruiksoppervlakte",
        ),
        Column(
            "energy_label",
            CODE,
            PUBLIC,
            "Energielabel",
            "Energy label",
            code_list="energy_label",
            vera="energielabel",
        ),
        Column(
            "bare_rent",
            MONEY,
            PUBLIC,
            "Kale huur per maand",
            "Bare rent per month",
            unit="EUR",
            low=0,
            high=10000,
            vera="nettohuur",
        ),
        Column(
            "daeb",
            BOOLEAN,
            INTERNAL,
            "Sociale huur (DAEB)",
            "Social rented (DAEB)",
            vera="isDaeb",
        ),
    ),
    vera="eenheden",
    may_be_empty=False,
)

PUBLICATIONS = Table(
    "publications",
    "Advertenties: een regel per advertentie en woning",
    "Publications: one row for each publication and dwelling",
    ("publication_id", "dwelling_id"),
    (
        _id(
            "publication_id",
            INTERNAL,
            "Nummer van de advertentie",
            "Number of the publication",
            vera="id",
        ),
        _id(
            "dwelling_id",
            INTERNAL,
            "Nummer van de eenheid",
            "Number of the unit",
            references=("dwellings", "dwelling_id"),
            vera="eenheden[].id",
        ),
        Column(
            "model",
            CODE,
            PUBLIC,
            "Model van verdelen",
            "Allocation model",
            code_list="publication_model",
            vera="model",
            axis=True,
        ),
        Column(
            "ordering",
            CODE,
            PUBLIC,
            "Volgorde van kandidaten",
            "Ordering of candidates",
            True,
            code_list="ordering",
            vera="volgorde",
        ),
        Column(
            "opens_at",
            INSTANT,
            PUBLIC,
            "Begin van de reactietermijn",
            "Start of the response period",
            True,
            low=1990,
            high=2100,
            vera="begindatum",
        ),
        Column(
            "closes_at",
            INSTANT,
            PUBLIC,
            "Einde van de reactietermijn (leeg: zonder einde)",
            "End of the response period (empty: without end)",
            low=1990,
            high=2100,
            vera="einddatum",
        ),
        Column(
            "status",
            CODE,
            INTERNAL,
            "Status",
            "Status",
            True,
            code_list="publication_status",
            vera="status",
        ),
        Column(
            "detail_status",
            CODE,
            INTERNAL,
            "Nadere status",
            "Detail status",
            code_list="publication_detail_status",
            vera="detailStatus",
        ),
        Column(
            "label", TEXT, PUBLIC, "Label in de advertentie", "Label in the advert", vera="label"
        ),
        Column(
            "min_household_size",
            INTEGER,
            PUBLIC,
            "Minimaal aantal personen",
            "Minimum household size",
            unit="persons",
            low=1,
            high=30,
            vera="voorwaarden.minimaalAantalPersonen",
        ),
        Column(
            "max_household_size",
            INTEGER,
            PUBLIC,
            "Maximaal aantal personen",
            "Maximum household size",
            unit="persons",
            low=1,
            high=30,
            vera="voorwaarden.maximaalAantalPersonen",
        ),
        Column(
            "min_age",
            INTEGER,
            PUBLIC,
            "Minimale leeftijd",
            "Minimum age",
            unit="years",
            low=0,
            high=120,
            vera="voorwaarden.minimaleLeeftijd",
        ),
        Column(
            "max_age",
            INTEGER,
            PUBLIC,
            "Maximale leeftijd",
            "Maximum age",
            unit="years",
            low=0,
            high=120,
            vera="voorwaarden.maximaleLeeftijd",
        ),
        Column(
            "min_income",
            MONEY,
            PUBLIC,
            "Minimaal huishoudinkomen per jaar",
            "Minimum household income per year",
            unit="EUR",
            low=0,
            high=10_000_000,
            vera="voorwaarden.minimaalInkomen",
        ),
        Column(
            "max_income",
            MONEY,
            PUBLIC,
            "Maximaal huishoudinkomen per jaar",
            "Maximum household income per year",
            unit="EUR",
            low=0,
            high=10_000_000,
            vera="voorwaarden.maximaalInkomen",
        ),
        Column(
            "priority_order",
            TEXT,
            PUBLIC,
            "Voorrangsklassen, hoogste eerst: priority_kind of priority_kind.priority_detail, "
            "of age:65 (vanaf die leeftijd), of size:2 (vanaf dat aantal personen), "
            "met > ertussen",
            "Priority classes, highest first: priority_kind or priority_kind.priority_detail, "
            "or age:65 (from that age), or size:2 (from that household size), separated by >",
            pattern=r"[a-z_]+([.:][a-z_0-9]+)?( ?> ?[a-z_]+([.:][a-z_0-9]+)?)*",
            vera="voorrangsvolgorde",
        ),
        Column(
            "parallel_offers",
            INTEGER,
            PUBLIC,
            "Aantal aanbiedingen tegelijk",
            "Number of offers at once",
            low=1,
            high=100,
            vera="aanbiedingenTegelijk",
        ),
        Column(
            "lottery_seed",
            TEXT,
            PUBLIC,
            "Zaad van de loting (na de loting bekend)",
            "Seed of the lottery (known after the draw)",
            vera="lotingszaad",
        ),
        Column(
            "response_count",
            INTEGER,
            PUBLIC,
            "Aantal reacties, als de leverancier het telt",
            "Number of responses, where the supplier counts them",
            low=0,
            high=1_000_000,
            vera="aantalReacties",
        ),
    ),
    vera="publicaties",
    may_be_empty=False,
)

RESPONSES = Table(
    "responses",
    "Reacties van woningzoekenden",
    "Responses of home-seekers",
    ("response_id",),
    (
        _id("response_id", INTERNAL, "Nummer van de reactie", "Number of the response", vera="id"),
        _id(
            "publication_id",
            INTERNAL,
            "Nummer van de advertentie",
            "Number of the publication",
            references=("publications", "publication_id"),
            vera="publicatie.id",
        ),
        _id(
            "candidate_id",
            PERSONAL,
            "Nummer van de woningzoekende",
            "Number of the home-seeker",
            vera="kandidaat.id",
        ),
        Column(
            "responded_at",
            INSTANT,
            INTERNAL,
            "Tijdstip van de reactie",
            "Moment of the response",
            True,
            low=1990,
            high=2100,
            vera="datum",
        ),
        Column(
            "registered_on",
            DATE,
            PERSONAL,
            "Inschrijfdatum",
            "Registration date",
            low=1950,
            high=2100,
            vera="inschrijving.begindatum",
        ),
        Column(
            "registration_origin",
            CODE,
            INTERNAL,
            "Herkomst van de inschrijving",
            "Origin of the registration",
            code_list="registration_origin",
            vera="inschrijving.herkomst",
        ),
        Column(
            "household_size",
            INTEGER,
            PERSONAL,
            "Aantal personen in het huishouden",
            "Household size",
            unit="persons",
            low=1,
            high=30,
            vera="kandidaat.huishoudgrootte",
        ),
        Column(
            "age",
            INTEGER,
            PERSONAL,
            "Leeftijd bij sluiting",
            "Age at closing",
            unit="years",
            low=0,
            high=120,
            vera="kandidaat.leeftijd",
        ),
        Column(
            "household_income",
            MONEY,
            SECRET,
            "Huishoudinkomen per jaar",
            "Household income per year",
            unit="EUR",
            low=-1_000_000,
            high=10_000_000,
            vera="kandidaat.rekeninkomen",
        ),
        Column(
            "priority_kind",
            CODE,
            PERSONAL,
            "Soort voorrang",
            "Kind of priority",
            code_list="priority_kind",
            vera="voorrangsregelingen[0].soort",
        ),
        Column(
            "priority_detail",
            CODE,
            PERSONAL,
            "Nadere soort voorrang",
            "Detail of priority",
            code_list="priority_detail",
            vera="voorrangsregelingen[0].detailSoort",
        ),
        Column(
            "points",
            INTEGER,
            PERSONAL,
            "Punten",
            "Points",
            low=-100_000,
            high=1_000_000,
            vera="punten",
        ),
        Column(
            "lottery_number",
            INTEGER,
            INTERNAL,
            "Lotnummer",
            "Lottery number",
            low=1,
            vera="lotnummer",
        ),
        Column(
            "recorded_rank",
            INTEGER,
            INTERNAL,
            "Positie volgens de leverancier",
            "Rank as recorded",
            low=1,
            high=1_000_000_000,
            vera="kandidaat.positie",
        ),
        Column(
            "status",
            CODE,
            PERSONAL,
            "Status van de kandidaat",
            "Status of the candidate",
            code_list="candidate_status",
            vera="kandidaat.status",
        ),
        Column(
            "reason",
            CODE,
            PERSONAL,
            "Reden bij de status",
            "Reason with the status",
            code_list="candidate_reason",
            vera="kandidaat.detailStatus",
        ),
    ),
    vera="reacties",
    numbered=True,
    optional=True,
)

OFFERS = Table(
    "offers",
    "Aanbiedingen aan kandidaten",
    "Offers to candidates",
    ("offer_id",),
    (
        _id("offer_id", INTERNAL, "Nummer van de aanbieding", "Number of the offer", vera="id"),
        _id(
            "publication_id",
            INTERNAL,
            "Nummer van de advertentie",
            "Number of the publication",
            references=("publications", "publication_id"),
            vera="publicatie.id",
        ),
        _id(
            "dwelling_id",
            INTERNAL,
            "Nummer van de eenheid",
            "Number of the unit",
            references=("dwellings", "dwelling_id"),
            vera="eenheid.id",
        ),
        _id(
            "candidate_id",
            PERSONAL,
            "Nummer van de woningzoekende",
            "Number of the home-seeker",
            vera="kandidaat.id",
        ),
        Column(
            "offered_at",
            INSTANT,
            INTERNAL,
            "Tijdstip van aanbieden",
            "Moment of the offer",
            True,
            low=1990,
            high=2100,
            vera="datum",
        ),
        Column(
            "expires_at",
            INSTANT,
            INTERNAL,
            "Uiterste moment van antwoord",
            "Last moment to answer",
            low=1990,
            high=2100,
            vera="vervaldatum",
        ),
        Column(
            "answered_at",
            INSTANT,
            INTERNAL,
            "Tijdstip van het antwoord",
            "Moment of the answer",
            low=1990,
            high=2100,
            vera="antwoorddatum",
        ),
        Column(
            "status",
            CODE,
            PERSONAL,
            "Status van de aanbieding",
            "Status of the offer",
            True,
            code_list="offer_status",
            vera="status",
        ),
        Column(
            "reason",
            CODE,
            PERSONAL,
            "Reden van weigeren of intrekken",
            "Reason for declining or withdrawing",
            code_list="offer_reason",
            vera="detailStatus",
        ),
        Column(
            "motivation", TEXT, PERSONAL, "Motivering", "Motivation", vera="antwoordToelichting"
        ),
        Column(
            "handled_by",
            TEXT,
            PERSONAL,
            "Behandeld door",
            "Handled by",
            identifies=True,
            vera="behandelaar.id",
        ),
        Column(
            "approved_by",
            TEXT,
            PERSONAL,
            "Goedgekeurd door",
            "Approved by",
            identifies=True,
            vera="fiatteur.id",
        ),
    ),
    vera="aanbiedingen",
    optional=True,
)

ALLOCATIONS = Table(
    "allocations",
    "Toewijzingen: wie welke woning kreeg of kocht",
    "Allocations: who got or bought which dwelling",
    ("allocation_id",),
    (
        _id(
            "allocation_id",
            INTERNAL,
            "Nummer van de toewijzing",
            "Number of the allocation",
            vera="id",
        ),
        Column(
            "tenure",
            CODE,
            INTERNAL,
            "Verhuur of verkoop",
            "Let or sale",
            True,
            code_list="tenure",
            vera="overeenkomst.soort",
        ),
        _id(
            "dwelling_id",
            INTERNAL,
            "Nummer van de eenheid",
            "Number of the unit",
            references=("dwellings", "dwelling_id"),
            vera="eenheid.id",
        ),
        Column(
            "publication_id",
            TEXT,
            INTERNAL,
            "Nummer van de advertentie (leeg: directe bemiddeling)",
            "Number of the publication (empty: direct allocation)",
            references=("publications", "publication_id"),
            identifies=True,
            vera="publicatie.id",
        ),
        _id(
            "candidate_id",
            PERSONAL,
            "Nummer van de nieuwe huurder of koper",
            "Number of the new tenant or buyer",
            vera="kandidaat.id",
        ),
        Column(
            "allocated_on",
            DATE,
            INTERNAL,
            "Datum van toewijzing",
            "Date of the allocation",
            True,
            low=1990,
            high=2100,
            vera="datum",
        ),
        Column(
            "lease_starts_on",
            DATE,
            INTERNAL,
            "Ingang van het huurcontract",
            "Start of the lease",
            low=1990,
            high=2100,
            vera="overeenkomst.begindatum",
        ),
        Column(
            "bare_rent",
            MONEY,
            INTERNAL,
            "Kale huur per maand bij toewijzing",
            "Bare rent per month at allocation",
            unit="EUR",
            low=0,
            high=10000,
            vera="kalehuur",
        ),
        Column(
            "household_size",
            INTEGER,
            PERSONAL,
            "Aantal personen in het huishouden",
            "Household size",
            unit="persons",
            low=1,
            high=30,
            vera="huishoudgrootte",
        ),
        Column(
            "household_income",
            MONEY,
            SECRET,
            "Huishoudinkomen per jaar",
            "Household income per year",
            unit="EUR",
            low=-1_000_000,
            high=10_000_000,
            vera="rekeninkomen",
        ),
        Column(
            "senior_household",
            BOOLEAN,
            PERSONAL,
            "Huishouden op pensioenleeftijd",
            "Household of pension age",
            vera="isOuderenhuishouden",
        ),
        Column(
            "target_group",
            CODE,
            PERSONAL,
            "Doelgroep",
            "Target group",
            code_list="target_group",
            vera="doelgroep",
            axis=True,
        ),
        Column(
            "additional_target_group",
            CODE,
            PERSONAL,
            "Aanvullende doelgroep",
            "Additional target group",
            code_list="additional_target_group",
            vera="aanvullendeDoelgroep",
            axis=True,
        ),
        Column(
            "priority_kind",
            CODE,
            PERSONAL,
            "Soort voorrang",
            "Kind of priority",
            code_list="priority_kind",
            vera="voorrangsregelingen[0].soort",
            axis=True,
        ),
        Column(
            "priority_detail",
            CODE,
            PERSONAL,
            "Nadere soort voorrang",
            "Detail of priority",
            code_list="priority_detail",
            vera="voorrangsregelingen[0].detailSoort",
            axis=True,
        ),
        Column(
            "appropriateness",
            CODE,
            PERSONAL,
            "Uitkomst van de toets op passendheid",
            "Result of the test for appropriateness",
            code_list="appropriateness",
            vera="passendheidsoort",
            axis=True,
        ),
        Column(
            "appropriateness_detail",
            CODE,
            PERSONAL,
            "Bijzonderheid bij passendheid",
            "Particulars of appropriateness",
            code_list="appropriateness_detail",
            vera="passendheiddetailsoort",
            axis=True,
        ),
        Column(
            "direct_ground",
            CODE,
            SECRET,
            "Grond van de directe bemiddeling",
            "Ground of the direct allocation",
            code_list="direct_ground",
            vera="grondDirecteBemiddeling",
            axis=True,
        ),
        Column(
            "protected_address",
            BOOLEAN,
            SECRET,
            "Adres is beschermd",
            "Address is protected",
            vera="isAdresBeschermd",
        ),
        Column(
            "handled_by",
            TEXT,
            PERSONAL,
            "Behandeld door",
            "Handled by",
            identifies=True,
            vera="behandelaar.id",
        ),
        Column(
            "approved_by",
            TEXT,
            PERSONAL,
            "Goedgekeurd door",
            "Approved by",
            identifies=True,
            vera="fiatteur.id",
        ),
    ),
    vera="toewijzingen",
    optional=True,
)

CANDIDATES = Table(
    "candidates",
    "Nieuwe huurders en kopers, en wie met hen intrekt",
    "New tenants and buyers, and their co-applicants",
    ("candidate_id", "person_number"),
    (
        _id(
            "candidate_id",
            PERSONAL,
            "Nummer van de woningzoekende",
            "Number of the home-seeker",
            vera="id",
        ),
        Column(
            "person_number",
            INTEGER,
            INTERNAL,
            "1 = aanvrager, 2 en hoger = medeaanvrager",
            "1 = applicant, 2 and up = co-applicant",
            True,
            low=1,
            high=30,
            vera="volgnummer",
        ),
        *_identity(PERSONAL, vera=True),
    ),
    vera="natuurlijkePersonen",
    optional=True,
)

REGISTER = Table(
    "register",
    "Register van medewerkers en hun aanverwanten",
    "Register of employees and their relatives",
    ("person_id",),
    (
        _id(
            "person_id",
            SECRET,
            "Nummer in het register",
            "Number in the register",
            vera="person_id",
        ),
        Column(
            "kind",
            CODE,
            SECRET,
            "Medewerker of aanverwant",
            "Employee or relative",
            True,
            code_list="register_kind",
            vera="kind",
        ),
        Column(
            "employee_id",
            TEXT,
            SECRET,
            "Nummer van de medewerker",
            "Number of the employee",
            True,
            identifies=True,
            vera="employee_id",
        ),
        Column(
            "kinship", CODE, SECRET, "Verwantschap", "Kinship", code_list="kinship", vera="kinship"
        ),
        *_identity(SECRET, vera=False),
        Column(
            "valid_from",
            DATE,
            SECRET,
            "Geldig vanaf",
            "Valid from",
            True,
            low=1950,
            high=2100,
            vera="valid_from",
        ),
        Column(
            "valid_until",
            DATE,
            SECRET,
            "Geldig tot en met",
            "Valid until",
            low=1950,
            high=2100,
            vera="valid_until",
        ),
    ),
    vera="register",
    optional=True,
)

TABLES: tuple[Table, ...] = (
    DWELLINGS,
    PUBLICATIONS,
    RESPONSES,
    OFFERS,
    ALLOCATIONS,
    CANDIDATES,
    REGISTER,
)
"""All tables, in the order in which they can refer to one another."""

NIGHT_TABLES: tuple[Table, ...] = TABLES[:-1]
"""The tables of a night's folder; the register is kept apart and read apart."""


def table(name: str) -> Table:
    """Return a table by its name."""
    for candidate in TABLES:
        if candidate.name == name:
            return candidate
    raise KeyError(name)
