"""The words for the functions with a name of our own in the SQL of the rules.

Decides how each is explained, in Dutch and English.  Engines spell these
functions differently; each engine gives its own text to the name.
"""

from __future__ import annotations

FUNCTIONS: dict[str, tuple[str, str]] = {
    "local_date(t)": (
        "De dag in Nederland waarop het moment t viel.",
        "The day in the Netherlands on which the moment t fell.",
    ),
    "sha256_hex(t)": (
        "De SHA-256 van de tekst t. Dat is een vast getal bij elke tekst.",
        "The SHA-256 of the text t: a number that is always the same for a text.",
    ),
    "response_mark(n, t)": (
        "Eén groot getal voor het nummer n van een advertentie en de woningzoekende t. "
        "Elke woningzoekende heeft bij een advertentie een eigen getal.",
        "One large number for the number n of an advert and the home-seeker t. "
        "Each home-seeker has a number of their own in an advert.",
    ),
    "rank_mark(n, p)": (
        "Eén getal voor het nummer n van een advertentie en de positie p. "
        "Van laag naar hoog staan de posities van een advertentie op volgorde bij elkaar.",
        "One number for the number n of an advert and the rank p. "
        "From low to high the ranks of an advert stand together, in order.",
    ),
    "advert_of(m)": (
        "Het nummer van de advertentie in zo'n getal m.",
        "The number of the advert in such a number m.",
    ),
    "column_name(t)": (
        "De naam t van een kolom, zuinig bewaard.",
        "The name t of a column, kept in little room.",
    ),
    "day_number(d)": (
        "De dag d als getal: hoe vroeger, hoe lager.",
        "The day d as a number: the earlier, the lower.",
    ),
    "moment_number(t)": (
        "Het moment t als getal: hoe vroeger, hoe lager.",
        "The moment t as a number: the earlier, the lower.",
    ),
}
"""Each function as it is called, with what it gives."""
