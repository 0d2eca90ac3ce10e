"""Every rule of the offer model, and the tables that they share.

Decides which rules there are, in which order they are shown, and in which
order the shared tables are derived.  Nothing is registered from elsewhere.
"""

from __future__ import annotations

from allocation.rules.advertising import ADVERTISING
from allocation.rules.letting import ALLOCATING, ELIGIBILITY
from allocation.rules.model import Derivation, Rule
from allocation.rules.norms import NORMS
from allocation.rules.ranking import RANKING

RULES: tuple[Rule, ...] = (*ADVERTISING, *RANKING, *ELIGIBILITY, *ALLOCATING, *NORMS)
"""All rules, in the order in which they are shown."""

FOR_OFFICER = frozenset({"INT-1"})
"""Rules that tell of a register match: for the integrity officer alone."""

DERIVATIONS: tuple[Derivation, ...] = (
    Derivation("other_units", "Wat geen woning is", "What is no dwelling"),
    Derivation("scoped_publications", "Advertenties", "Adverts"),
    Derivation("scoped_allocations", "Toewijzingen", "Allocations"),
    Derivation("dated_offers", "Aanbiedingen", "Offers"),
    Derivation("limits_by_year", "Wettelijke grenzen per jaar", "Legal limits per year"),
    Derivation("lettings", "Verhuringen via een advertentie", "Lettings through an advert"),
    Derivation("direct_lettings", "Directe bemiddeling", "Direct allocations"),
    Derivation("dwelling_lettings", "Verhuurde woningen", "Dwellings let"),
    Derivation("priority_classes", "Voorrangsklassen", "Priority classes"),
    Derivation("priority_orders", "Voorrangsvolgordes", "Priority orders"),
    Derivation("classes_by_kind", "Klassen naar soort voorrang", "Classes by kind of priority"),
    Derivation("classes_by_detail", "Klassen naar detail", "Classes by detail of priority"),
    Derivation("classes_by_age", "Klassen naar leeftijd", "Classes by age"),
    Derivation("classes_by_size", "Klassen naar huishouden", "Classes by household size"),
    Derivation("adverts", "Advertenties met een verhuring", "Adverts with a letting"),
    Derivation("judged_responses", "Beoordeelde reacties", "Judged responses"),
    Derivation(
        "followed_candidates",
        "Wie een aanbieding of een woning kreeg",
        "Who got an offer or a dwelling",
    ),
    Derivation(
        "followed_responses",
        "Reacties van wie een aanbieding of een woning kreeg",
        "Responses of those who got an offer or a dwelling",
    ),
    Derivation("new_tenants", "De nieuwe huurders", "The new tenants"),
    Derivation("advert_counts", "Tellingen per advertentie", "Counts per advert"),
    Derivation("rank_steps", "Posities die op elkaar volgen", "Ranks that follow each other"),
    Derivation("closed_offers", "Aanbiedingen die niets werden", "Offers that came to nothing"),
    Derivation("first_offers", "Eerste aanbiedingen", "First offers"),
    Derivation("ahead", "Wie hoger stond dan de huurder", "Who stood ahead of the tenant"),
)
"""The shared tables, each after the ones that it reads."""
