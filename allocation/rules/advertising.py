"""The rules on adverts, responses and registrations (PUB, RSP, REG).

Decides their words, their basis and what they need; their meaning stands in
the SQL file of each.
"""

from __future__ import annotations

from datetime import date

from allocation.rules.model import Judged, Rule, Severity

AGREED_FROM = date(2015, 7, 1)
"""Since the revised Housing Act, allocation is part of the yearly agreements."""

OPENLY_FROM = date(2023, 7, 1)
"""Since the Good Landlordship Act, the choice of a tenant is clear and announced."""

_AGREEMENT = (
    "Afspraken met de huurdersvereniging en de gemeenten over het aanbodmodel",
    "Agreements with the tenants' association and the municipalities on the offer model",
)
_ANNOUNCED = (
    "Woningwet art. 46a; Wet goed verhuurderschap: objectieve criteria, vooraf bekendgemaakt",
    "Housing Act art. 46a; Good Landlordship Act: objective criteria, announced beforehand",
)
_INTEGRITY = (
    "Integriteitsbeleid: medewerkers en hun relaties krijgen nooit voorrang",
    "Integrity policy: employees and their relations are never favoured",
)
_PERIOD = (
    ("publications", "opens_at"),
    ("publications", "closes_at"),
)

ADVERTISING: tuple[Rule, ...] = (
    Rule(
        id="PUB-1",
        title_nl="Lang genoeg te zien",
        title_en="Open long enough",
        explanation_nl="Iedereen moet de tijd hebben om te reageren. De advertentie staat daarom "
        "minstens het afgesproken aantal dagen open.",
        explanation_en="Everyone must have time to respond. The advert is therefore open for at "
        "least the agreed number of days.",
        basis_nl=_AGREEMENT[0],
        basis_en=_AGREEMENT[1],
        severity=Severity.DEVIATION,
        needs=_PERIOD,
        facts=("opens_at", "closes_at", "days_agreed"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="PUB-2",
        title_nl="Geen reacties buiten de reactietermijn",
        title_en="No responses from outside the response period",
        explanation_nl="Wie te vroeg of te laat reageert, doet niet mee: geen positie, geen "
        "aanbieding en geen woning.",
        explanation_en="Who responds too early or too late does not take part: no rank, no offer "
        "and no dwelling.",
        basis_nl=_ANNOUNCED[0],
        basis_en=_ANNOUNCED[1],
        severity=Severity.BREACH,
        needs=(*_PERIOD, ("responses", "responded_at")),
        facts=("late", "late_ranked", "late_followed"),
        in_force_from=AGREED_FROM,
        crosses_lettings=True,
    ),
    Rule(
        id="PUB-3",
        title_nl="Niet twee keer tegelijk aangeboden",
        title_en="Not advertised twice at once",
        explanation_nl="Voor een woning staat op elk moment hoogstens één advertentie open. Zo "
        "kan niemand kiezen uit twee lijsten met kandidaten.",
        explanation_en="At any moment at most one advert is open for a dwelling, so that nobody "
        "can choose between two lists of candidates.",
        basis_nl=_ANNOUNCED[0],
        basis_en=_ANNOUNCED[1],
        severity=Severity.BREACH,
        needs=(*_PERIOD, ("publications", "status")),
        facts=("opens_at", "closes_at", "other_adverts"),
        in_force_from=AGREED_FROM,
        crosses_lettings=True,
    ),
    Rule(
        id="PUB-4",
        title_nl="Voorwaarden niet veranderd",
        title_en="Conditions unchanged",
        explanation_nl="Na de eerste reactie veranderen de voorwaarden en de volgorde niet meer. "
        "We vergelijken met wat er in een eerdere nacht stond. Binnen één advertentie zijn ze voor "
        "elke woning gelijk: dat toetsen wij intern.",
        explanation_en="After the first response the conditions and the order do not change. We "
        "compare with what an earlier night held. Within one advert they are the same for every "
        "dwelling: that is checked internally.",
        basis_nl=_ANNOUNCED[0],
        basis_en=_ANNOUNCED[1],
        severity=Severity.BREACH,
        needs=(("publications", "ordering"), ("publications", "priority_order")),
        facts=("first_night", "same_in_advert"),
        in_force_from=AGREED_FROM,
        crosses_lettings=True,
    ),
    Rule(
        id="PUB-5",
        title_nl="Aantal reacties klopt",
        title_en="Number of responses is right",
        explanation_nl="Het aantal reacties dat het systeem opgeeft, is het aantal reacties dat "
        "er echt is. Ingetrokken reacties tellen niet mee.",
        explanation_en="The number of responses that the system reports is the number that is "
        "really there. Withdrawn responses do not count.",
        basis_nl="Integriteitsbeleid: het aantal reacties is openbaar voor iedereen",
        basis_en="Integrity policy: the number of responses is open to everyone",
        severity=Severity.BREACH,
        needs=(("publications", "response_count"), ("responses", "publication_id")),
        facts=("responses_delivered", "responses_counted"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="PUB-6",
        title_nl="Uitkomst op tijd vastgelegd",
        title_en="Outcome recorded in time",
        explanation_nl="Binnen het afgesproken aantal dagen na sluiting is vastgelegd wat er met "
        "de woning gebeurde.",
        explanation_en="Within the agreed number of days after closing it is on record what "
        "became of the dwelling.",
        basis_nl="Integriteitsbeleid: we verantwoorden elke woning, steeds opnieuw",
        basis_en="Integrity policy: every dwelling is accounted for, continuously",
        severity=Severity.SIGNAL,
        needs=(
            ("publications", "closes_at"),
            ("publications", "status"),
            ("allocations", "dwelling_id"),
        ),
        facts=("closes_on", "days_agreed"),
        in_force_from=AGREED_FROM,
        judges=Judged.ADVERTISED,
        internal=True,
        crosses_lettings=True,
    ),
    Rule(
        id="RSP-1",
        title_nl="Niet te veel reacties tegelijk",
        title_en="Not too many responses at once",
        explanation_nl="Een woningzoekende heeft hoogstens het afgesproken aantal reacties "
        "tegelijk open staan. We kijken naar het moment waarop de nieuwe huurder reageerde.",
        explanation_en="A home-seeker has at most the agreed number of responses open at the same "
        "time. We look at the moment at which the new tenant responded.",
        basis_nl=_AGREEMENT[0],
        basis_en=_AGREEMENT[1],
        severity=Severity.SIGNAL,
        needs=(*_PERIOD, ("responses", "candidate_id"), ("responses", "responded_at")),
        facts=("open_at_once", "agreed"),
        in_force_from=AGREED_FROM,
        internal=True,
        crosses_lettings=True,
    ),
    Rule(
        id="RSP-2",
        title_nl="Eén reactie per woningzoekende",
        title_en="One response per home-seeker",
        explanation_nl="Niemand doet twee keer mee aan dezelfde advertentie.",
        explanation_en="Nobody takes part in the same advert twice.",
        basis_nl=_AGREEMENT[0],
        basis_en=_AGREEMENT[1],
        severity=Severity.BREACH,
        needs=(("responses", "candidate_id"),),
        facts=("responses_open", "home_seekers"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="REG-1",
        title_nl="Inschrijfdatum niet vervroegd",
        title_en="Registration date not moved earlier",
        explanation_nl="De inschrijfdatum van de nieuwe huurder is nooit naar een eerdere datum "
        "verschoven. We vergelijken met alle eerdere nachten.",
        explanation_en="The registration date of the new tenant was never moved to an earlier "
        "date. We compare with every earlier night.",
        basis_nl=_INTEGRITY[0],
        basis_en=_INTEGRITY[1],
        severity=Severity.BREACH,
        needs=(("responses", "registered_on"),),
        facts=("registered_on", "earlier_registered_on"),
        in_force_from=AGREED_FROM,
        crosses_lettings=True,
    ),
    Rule(
        id="REG-2",
        title_nl="Inschrijving niet door een medewerker ingevoerd",
        title_en="Registration not entered by an employee",
        explanation_nl="Een inschrijving die een medewerker invoerde, is niet fout. Het is wel "
        "een reden om de toewijzing nog eens te bekijken.",
        explanation_en="A registration that an employee entered is not wrong. It is a reason to "
        "look at the letting once more.",
        basis_nl=_INTEGRITY[0],
        basis_en=_INTEGRITY[1],
        severity=Severity.SIGNAL,
        needs=(("responses", "registration_origin"),),
        facts=("registered_on",),
        in_force_from=AGREED_FROM,
        internal=True,
    ),
)
"""The rules on adverts, responses and registrations."""
