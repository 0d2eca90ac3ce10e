"""The rules on the new tenant and the allocation (ELI, ALL, INT).

Decides their words, their basis and what they need; their meaning stands in
the SQL file of each.
"""

from __future__ import annotations

from datetime import date

from allocation.rules.advertising import AGREED_FROM
from allocation.rules.model import Judged, Rule, Severity

APPROPRIATE_FROM = date(2016, 1, 1)
"""Start of appropriate allocation (Housing Act art. 46, second paragraph)."""

_CONDITIONS_NL = "Woningwet art. 46a: de voorwaarden staan vooraf in de advertentie"
_CONDITIONS_EN = "Housing Act art. 46a: the conditions stand in the advert beforehand"
_EYES_NL = "Integriteitsbeleid: nooit één medewerker alleen"
_EYES_EN = "Integrity policy: never one employee alone"
_SOCIAL = (
    ("dwellings", "daeb"),
    ("allocations", "household_size"),
    ("allocations", "household_income"),
)

ELIGIBILITY: tuple[Rule, ...] = (
    Rule(
        id="ELI-1",
        title_nl="Huishouden past bij de voorwaarden",
        title_en="Household within the conditions",
        explanation_nl="Het aantal personen van de nieuwe huurder past bij wat de advertentie "
        "vroeg.",
        explanation_en="The household size of the new tenant fits what the advert asked.",
        basis_nl=_CONDITIONS_NL,
        basis_en=_CONDITIONS_EN,
        severity=Severity.BREACH,
        needs=(("responses", "household_size"),),
        facts=("household_size", "min_household_size", "max_household_size"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="ELI-2",
        title_nl="Leeftijd past bij de voorwaarden",
        title_en="Age within the conditions",
        explanation_nl="De leeftijd van de nieuwe huurder past bij wat de advertentie vroeg.",
        explanation_en="The age of the new tenant fits what the advert asked.",
        basis_nl=_CONDITIONS_NL,
        basis_en=_CONDITIONS_EN,
        severity=Severity.BREACH,
        needs=(("responses", "age"),),
        facts=("age", "min_age", "max_age"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="ELI-3",
        title_nl="Inkomen past bij de voorwaarden",
        title_en="Income within the conditions",
        explanation_nl="Het inkomen van de nieuwe huurder past bij wat de advertentie vroeg.",
        explanation_en="The income of the new tenant fits what the advert asked.",
        basis_nl=_CONDITIONS_NL,
        basis_en=_CONDITIONS_EN,
        severity=Severity.BREACH,
        needs=(("responses", "household_income"),),
        facts=("min_income", "max_income"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="ELI-4",
        title_nl="Inkomen onder de grens voor sociale huur",
        title_en="Income below the limit for social rent",
        explanation_nl="Een sociale huurwoning gaat naar een huishouden met een inkomen tot de "
        "grens van dat jaar.",
        explanation_en="A social rented dwelling goes to a household with an income up to the "
        "limit of that year.",
        basis_nl="Woningwet art. 48; BTIV art. 16: grenzen per kalenderjaar",
        basis_en="Housing Act art. 48; BTIV art. 16: limits per calendar year",
        severity=Severity.BREACH,
        needs=_SOCIAL,
        facts=("letting_year", "household_size", "income_limit"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="ELI-5",
        title_nl="Passend toegewezen",
        title_en="Appropriately allocated",
        explanation_nl="Wie recht kan hebben op huurtoeslag, krijgt een woning met een passende "
        "huur. Eén niet-passende toewijzing mag; het telt mee in de norm over twee jaar.",
        explanation_en="Who may be entitled to rent benefit gets a dwelling with a fitting rent. "
        "One letting that does not fit is allowed; it counts in the norm over two years.",
        basis_nl="Woningwet art. 46 lid 2; BTIV art. 54",
        basis_en="Housing Act art. 46(2); BTIV art. 54",
        severity=Severity.SIGNAL,
        needs=(*_SOCIAL, ("allocations", "bare_rent")),
        facts=("letting_year", "household_size", "bare_rent", "rent_cap"),
        in_force_from=APPROPRIATE_FROM,
        internal=True,
    ),
)
"""The rules on who may rent the dwelling."""

ALLOCATING: tuple[Rule, ...] = (
    Rule(
        id="ALL-1",
        title_nl="De huurder had zelf gereageerd",
        title_en="The tenant had responded",
        explanation_nl="De nieuwe huurder reageerde op deze advertentie.",
        explanation_en="The new tenant responded to this advert.",
        basis_nl="Integriteitsbeleid: verdelen via het aanbodmodel",
        basis_en="Integrity policy: allocation through the offer model",
        severity=Severity.BREACH,
        needs=(("allocations", "candidate_id"), ("responses", "candidate_id")),
        facts=("responses",),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="ALL-2",
        title_nl="Advertentie niet ingetrokken",
        title_en="Advert not withdrawn",
        explanation_nl="Een woning waarvan de advertentie is ingetrokken, wordt niet toch via "
        "die advertentie verhuurd.",
        explanation_en="A dwelling whose advert was withdrawn is not let through that advert.",
        basis_nl="Integriteitsbeleid: verdelen via het aanbodmodel",
        basis_en="Integrity policy: allocation through the offer model",
        severity=Severity.BREACH,
        needs=(("publications", "status"),),
        facts=("status",),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="ALL-3",
        title_nl="Eén woning, één huurder",
        title_en="One dwelling, one tenant",
        explanation_nl="De woning is maar één keer toegewezen, en de huurder kreeg binnen een "
        "jaar niet nog een andere woning. Een garage of berging telt niet mee.",
        explanation_en="The dwelling was allocated only once, and the tenant got no other "
        "dwelling within a year. A garage or storage does not count.",
        basis_nl="Integriteitsbeleid: dezelfde regels voor iedereen",
        basis_en="Integrity policy: the same rules for everyone",
        severity=Severity.BREACH,
        needs=(("allocations", "candidate_id"), ("allocations", "allocated_on")),
        facts=("times_let", "other_dwellings"),
        in_force_from=AGREED_FROM,
        crosses_lettings=True,
    ),
    Rule(
        id="ALL-4",
        title_nl="Twee mensen keken mee",
        title_en="Two people looked",
        explanation_nl="De ene medewerker handelde de toewijzing af, een andere keurde die goed.",
        explanation_en="One employee handled the letting, another approved it.",
        basis_nl=_EYES_NL,
        basis_en=_EYES_EN,
        severity=Severity.DEVIATION,
        needs=(("allocations", "handled_by"), ("allocations", "approved_by")),
        facts=("has_handler", "has_approver"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="ALL-5",
        title_nl="De datums kloppen",
        title_en="The dates are in order",
        explanation_nl="Eerst opent en sluit de advertentie, dan volgen de aanbieding, het "
        "antwoord, de toewijzing en het huurcontract. Een toewijzing is nooit na vandaag.",
        explanation_en="First the advert opens and closes; then follow the offer, the answer, "
        "the allocation and the lease. No allocation is after today.",
        basis_nl="Integriteitsbeleid: elke stap is na te gaan",
        basis_en="Integrity policy: every step can be followed",
        severity=Severity.BREACH,
        needs=(("publications", "opens_at"), ("allocations", "allocated_on")),
        facts=(
            "opens_at",
            "closes_at",
            "offered_at",
            "answered_at",
            "allocated_on",
            "lease_starts_on",
        ),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="ALL-6",
        title_nl="Directe bemiddeling heeft een grond",
        title_en="A direct allocation has a ground",
        explanation_nl="Een woning die niet is geadverteerd, is verhuurd op een afgesproken "
        "grond, en een andere medewerker keurde dat goed.",
        explanation_en="A dwelling that was not advertised was let on an agreed ground, and "
        "another employee approved it.",
        basis_nl="Afspraken met de huurdersvereniging en de gemeenten over directe bemiddeling",
        basis_en="Agreements with the tenants' association and the municipalities on direct "
        "allocation",
        severity=Severity.BREACH,
        needs=(("allocations", "direct_ground"), ("allocations", "approved_by")),
        facts=("has_ground", "has_approver", "approved_own"),
        in_force_from=AGREED_FROM,
        judges=Judged.DIRECT,
        internal=True,
    ),
    Rule(
        id="INT-1",
        title_nl="Niet behandeld door een betrokken medewerker",
        title_en="Not handled by the employee concerned",
        explanation_nl="Een medewerker behandelt geen toewijzing aan zichzelf of aan een naaste, "
        "en keurt die ook niet goed.",
        explanation_en="An employee neither handles nor approves a letting to themselves or to "
        "somebody near to them.",
        basis_nl="Integriteitsbeleid: medewerkers en hun relaties krijgen nooit voorrang",
        basis_en="Integrity policy: employees and their relations are never favoured",
        severity=Severity.BREACH,
        needs=(
            ("register", "employee_id"),
            ("allocations", "handled_by"),
            ("allocations", "approved_by"),
        ),
        facts=("employees_matched", "employees_involved"),
        in_force_from=AGREED_FROM,
        judges=Judged.EVERY_LETTING,
        internal=True,
    ),
)
"""The rules on how the dwelling was let."""
