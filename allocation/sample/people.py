"""Names, birth dates and addresses of the people in the fictional office.

Decides what new tenants, buyers, co-applicants and employees are called.  All
are invented by drawing from common Dutch names; addresses lie in invented
streets, those of tenants and of the register apart, so that nobody matches by
chance on an address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocation.sample.places import postcode_of


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = _words(
    "de|Jong Jansen de|Vries van_den|Berg van|Dijk Bakker Janssen Visser Smit Meijer de|Boer "
    "Mulder de|Groot Bos Vos Peters Hendriks van|Leeuwen Dekker Brouwer de|Wit Dijkstra Smits "
    "de|Graaf van_der|Meer van_der|Linden Kok Jacobs de|Haan Vermeulen van_den|Heuvel "
    "van_der|Veen van_den|Broek de|Bruijn de|Bruin van_der|Heijden Schouten van|Beek Willems "
    "van|Vliet van_de|Ven Hoekstra Maas Verhoeven Koster van|Dam van_der|Wal Prins Blom "
    "Huisman Peeters de|Jonge Kuipers van|Veen Postma Kuijpers van|Loon Kuiper Veenstra Kramer "
    "van_den|Brink van|Wijk Postma Hofman Timmermans Groen Gerritsen Bosman Wolters Sanders "
    "van_der|Velde Mol Schipper Driessen van_'t|Hof van_der|Ven Evers Zwart ten|Have ter|Horst "
    "op_den|Akker in_'t|Veld Yılmaz Kaya Öztürk Şahin Çelik el|Amrani ben|Ali Nguyễn Müller "
    "Schröder Günther Coûteaux Brûlé Nováková Kowalska Łukasik Hernández García Sjöberg "
    "Dijkhuis Wijnja IJpelaar Tjaarda Fokkens Hooijer van|IJken Zijlstra Ottens Hilbrands "
    "Mepschen Oosting Eising Ensing Boelens Haandrikman Lubbers Reinders Speelman Warmels "
    "van_der|Sluis van_der|Spek Wieringa Zandvoort Ploegstra Rozeboom Schuring Tingen Vredeveld"
)
"""The most common first; ``_`` stands for a space, ``|`` ends the particles."""

WOMEN = _words(
    "Maria Johanna Anna Cornelia Wilhelmina Elisabeth Hendrika Grietje Annechien Roelfien Jantina "
    "Sanne Lotte Fleur Zoë Noor Chloë Renée Daniëlle Michèle Ingrid Petra Monique Esther Fatima "
    "Aylin Şeyma Agnieszka Thảo Selma Ilse Marijke Trijntje Femke Ylva Joëlle Maaike Geertje"
)
MEN = _words(
    "Johannes Jan Hendrik Cornelis Willem Pieter Gerrit Albert Roelof Harm Berend Lammert Geert "
    "Daan Sem Bram Tijs André Noël Jürgen Mohamed Yusuf Emre Piotr Øyvind Sjoerd Wiebe IJsbrand "
    "Theo Ruud Henk Kees Marcel Dennis Kevin Raoul René Ömer Jelle Tjeerd Luuk Gijs"
)

CANDIDATE_DIGITS, REGISTER_DIGITS = 9901, 9975
"""First of the invented postcodes in which each group lives."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person as an export or the register holds one; ``born`` in days, None if not given."""

    initials: str | None
    given_name: str | None
    surname_prefix: str | None
    surname: str
    birth_surname: str | None
    born: int | None
    postcode: str
    house_number: int
    house_letter: str | None
    house_number_addition: str | None
    woman: bool

    @property
    def name_key(self) -> str:
        """Return the surname without its particles, to keep chance matches out."""
        return (self.birth_surname or self.surname).split()[-1]


@dataclass(slots=True)
class Namer:
    """Draws people; the same draws in the same order give the same people."""

    rng: np.random.Generator
    digits: int

    def person(self, born: int, woman: bool | None = None) -> Person:
        """Return a new person with an address of their own."""
        rng = self.rng
        female = bool(rng.random() < 0.5) if woman is None else woman
        given = _pick(rng, WOMEN if female else MEN)
        prefix, surname = _surname(rng)
        birth_surname = " ".join(part for part in (prefix, surname) if part)
        if female and rng.random() < 0.22:
            partner_prefix, partner = _surname(rng)
            prefix, surname = partner_prefix, f"{partner}-{birth_surname}"
        street = int(rng.integers(0, 361))
        return Person(
            initials=_initials(rng, given),
            given_name=given if rng.random() < 0.75 else None,
            surname_prefix=prefix or None,
            surname=surname,
            birth_surname=birth_surname if rng.random() < 0.7 or "-" in surname else None,
            born=born,
            postcode=postcode_of(self.digits + int(rng.integers(0, 24)), street),
            house_number=int(rng.integers(1, 190)),
            house_letter=_pick(rng, "ABC") if rng.random() < 0.06 else None,
            house_number_addition=_pick(rng, ("bis", "2", "hs")) if rng.random() < 0.04 else None,
            woman=female,
        )

    def partner_of(self, person: Person, born: int) -> Person:
        """Return somebody who lives at the same address."""
        other = self.person(born)
        return replace(
            other,
            postcode=person.postcode,
            house_number=person.house_number,
            house_letter=person.house_letter,
            house_number_addition=person.house_number_addition,
        )


def _surname(rng: np.random.Generator) -> tuple[str, str]:
    """Draw a surname; those early in the list are the most common."""
    index = int(len(SURNAMES) * rng.random() ** 1.7)
    prefix, _, surname = SURNAMES[index].replace("_", " ").rpartition("|")
    return prefix, surname


def _initials(rng: np.random.Generator, given: str) -> str:
    """Return one to three initials, mostly beginning with that of the given name."""
    first = "IJ" if given.startswith("IJ") else given[0]
    first = first if rng.random() < 0.85 else _pick(rng, "JHAGC")
    more = [_pick(rng, "ABCDEFGHJKLMPRSTW") for _ in range(int(rng.integers(0, 3)))]
    return "".join(f"{letter}." for letter in [first, *more])


def _pick(rng: np.random.Generator, values: str | tuple[str, ...] | list[str]) -> str:
    return values[int(rng.integers(0, len(values)))]
