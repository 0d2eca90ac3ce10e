"""The words for the facts that a verdict rests on.

Decides how each column of a rule's evidence is called, in Dutch and English.
A fact is a count, a rank, a date or an amount of the advert or the law; never
a name, an identifier or an income.
"""

from __future__ import annotations

FACTS: dict[str, tuple[str, str]] = {
    "age": ("leeftijd van de nieuwe huurder", "age of the new tenant"),
    "agreed": ("afgesproken aantal tegelijk", "agreed number at once"),
    "ahead": (
        "kandidaten die voldeden en boven de nieuwe huurder stonden",
        "eligible candidates who stood ahead of the new tenant",
    ),
    "allocated_on": ("toegewezen op", "allocated on"),
    "answered_at": ("aanbieding beantwoord", "offer answered"),
    "approved_own": ("goedgekeurd door wie het afhandelde", "approved by who handled it"),
    "bare_rent": ("kale huur per maand in euro", "bare rent per month in EUR"),
    "closes_at": ("advertentie sloot", "advert closed"),
    "closes_on": ("advertentie sloot op", "advert closed on"),
    "days_agreed": ("afgesproken aantal dagen", "agreed number of days"),
    "draw_repeated": ("loting overgedaan met het zaad", "draw repeated with the seed"),
    "earlier_registered_on": (
        "inschrijfdatum volgens een eerdere nacht",
        "registration date in an earlier night",
    ),
    "eligible": ("reacties die aan alles voldeden", "responses that met everything"),
    "elsewhere": (
        "van hen kregen een andere woning van deze advertentie",
        "of them got another dwelling of this advert",
    ),
    "employees_involved": (
        "betrokken medewerkers die zelf behandelden of goedkeurden",
        "employees concerned who handled or approved themselves",
    ),
    "employees_matched": (
        "medewerkers op wie een overeenkomst met het register wijst",
        "employees whom a match with the register concerns",
    ),
    "first_night": ("eerste nacht met een reactie", "first night with a response"),
    "has_approver": ("goedkeurder vastgelegd", "approver on record"),
    "has_ground": ("grond vastgelegd", "ground on record"),
    "has_handler": ("behandelaar vastgelegd", "handler on record"),
    "home_seekers": ("woningzoekenden die reageerden", "home-seekers who responded"),
    "household_size": ("personen in het huishouden", "persons in the household"),
    "income_limit": ("inkomensgrens van dat jaar in euro", "income limit of that year in EUR"),
    "late": ("reacties buiten de reactietermijn", "responses outside the response period"),
    "late_followed": (
        "van hen kregen een aanbieding of de woning",
        "of them got an offer or the dwelling",
    ),
    "late_ranked": ("van hen kregen een positie", "of them got a rank"),
    "lease_starts_on": ("huurcontract gaat in op", "lease starts on"),
    "letting_year": ("jaar van toewijzing", "year of letting"),
    "max_age": ("hoogste leeftijd in de advertentie", "maximum age in the advert"),
    "max_household_size": (
        "hoogste aantal personen in de advertentie",
        "maximum household size in the advert",
    ),
    "max_income": (
        "hoogste inkomen in de advertentie in euro",
        "maximum income in the advert, EUR",
    ),
    "min_age": ("laagste leeftijd in de advertentie", "minimum age in the advert"),
    "min_household_size": (
        "laagste aantal personen in de advertentie",
        "minimum household size in the advert",
    ),
    "min_income": (
        "laagste inkomen in de advertentie in euro",
        "minimum income in the advert, EUR",
    ),
    "most_at_once": ("meeste aanbiedingen tegelijk", "most offers at once"),
    "no_reason": (
        "van hen zijn overgeslagen zonder reden van de lijst",
        "of them were passed over without a reason from the list",
    ),
    "no_record": (
        "van hen zijn overgeslagen zonder dat er iets is vastgelegd",
        "of them were passed over with nothing on record",
    ),
    "not_as_drawn": (
        "lotnummers die niet uit het zaad volgen",
        "lottery numbers that do not follow from the seed",
    ),
    "numbers_drawn": ("verschillende lotnummers", "different lottery numbers"),
    "offered_at": ("eerste aanbieding aan de nieuwe huurder", "first offer to tenant"),
    "offers": ("aanbiedingen van deze woning", "offers of this dwelling"),
    "open_at_once": (
        "reacties van de nieuwe huurder die toen openstonden",
        "responses of the new tenant that were open then",
    ),
    "opens_at": ("advertentie opende", "advert opened"),
    "other_adverts": (
        "andere advertenties voor deze woning in dezelfde tijd",
        "other adverts for this dwelling at the same time",
    ),
    "other_dwellings": (
        "andere woningen voor dezelfde huurder binnen een jaar",
        "other dwellings for the same tenant within a year",
    ),
    "out_of_order": ("keer niet in volgorde", "times out of order"),
    "passed_over": ("kandidaten die zijn overgeslagen", "candidates who were passed over"),
    "perhaps_ahead": (
        "kandidaten van wie niet vaststaat of zij hoger stonden",
        "candidates of whom it is not certain whether they stood ahead",
    ),
    "ranked": ("reacties met een positie", "responses with a rank"),
    "ranked_equal": ("posities die dubbel voorkomen", "ranks that occur twice"),
    "ranked_ineligible": (
        "reacties met een positie die niet voldeden",
        "responses with a rank that did not qualify",
    ),
    "recorded_rank": ("vastgelegde positie van de nieuwe huurder", "recorded rank of the tenant"),
    "registered_on": ("inschrijfdatum van de nieuwe huurder", "registration date of the tenant"),
    "rent_cap": ("hoogste passende huur in euro", "highest appropriate rent in EUR"),
    "responses": ("reacties van de nieuwe huurder", "responses of the new tenant"),
    "responses_counted": ("reacties die er zijn", "responses that are there"),
    "responses_delivered": ("reacties volgens het systeem", "responses as reported"),
    "responses_open": ("reacties die niet zijn ingetrokken", "responses that were not withdrawn"),
    "same_in_advert": (
        "elke woning van de advertentie heeft dezelfde voorwaarden",
        "every dwelling of the advert has the same conditions",
    ),
    "status": ("status van de advertentie", "status of the advert"),
    "tenant_eligible": (
        "de nieuwe huurder voldeed aan de voorwaarden",
        "the new tenant met the conditions",
    ),
    "times_let": ("keer toegewezen via deze advertentie", "times allocated through this advert"),
    "unranked": ("reacties zonder positie die wel voldeden", "eligible responses without a rank"),
    "unreasoned": ("van hen zonder reden van de lijst", "of them without a reason from the list"),
    "vague_unmotivated": (
        "van hen met een vage reden zonder toelichting of tweede medewerker",
        "of them with a vague reason without a motivation or a second employee",
    ),
}
"""Dutch and English words for each fact."""
