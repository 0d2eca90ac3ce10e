"""What agrees and what does not, in plain Dutch, one sentence a field.

Decides the words that the integrity officer reads.  A sentence names a level,
and at most the two particles that differ; it never repeats a name, a date or
an address.  Every level has its sentence.
"""

from __future__ import annotations

from allocation.names import Surname
from allocation.screening.levels import (
    FIELDS,
    AddressKind,
    AddressLevel,
    BirthLevel,
    GivenLevel,
    SurnameLevel,
)

_COMMON_BITS = 11.0

SURNAME: dict[SurnameLevel, str] = {
    SurnameLevel.MISSING: "De achternaam ontbreekt bij een van beiden.",
    SurnameLevel.DIFFERENT: "Een andere achternaam.",
    SurnameLevel.SIMILAR: "De achternamen lijken een beetje op elkaar.",
    SurnameLevel.NEAR: "De achternaam is bijna gelijk: een tikfout of dezelfde klank.",
    SurnameLevel.OTHER_PARTICLE: (
        "De achternaam heeft een ander voorvoegsel{particles}: dat kan een andere familie zijn."
    ),
    SurnameLevel.PART: "Een deel van de dubbele naam of de geboortenaam is gelijk.",
    SurnameLevel.COMPATIBLE_PARTICLE: (
        "De achternaam is gelijk op de schrijfwijze van het voorvoegsel na{particles}."
    ),
    SurnameLevel.EQUAL: "Dezelfde achternaam.",
    SurnameLevel.CROSSED: "De achternaam van de een is de voornaam van de ander.",
    SurnameLevel.SWAPPED: "De voornaam en de achternaam staan verwisseld.",
}
GIVEN: dict[GivenLevel, str] = {
    GivenLevel.MISSING: "Voornaam en voorletters ontbreken bij een van beiden.",
    GivenLevel.DIFFERENT: "Een andere voornaam of andere voorletters.",
    GivenLevel.SIMILAR: "De voornamen of voorletters lijken een beetje op elkaar.",
    GivenLevel.FIRST_INITIAL: "De eerste voorletter past.",
    GivenLevel.INITIALS: "Dezelfde voorletters.",
    GivenLevel.CALL_NAME: "De roepnaam past bij de doopnaam.",
    GivenLevel.NEAR: "De voornaam is bijna gelijk: een tikfout of dezelfde klank.",
    GivenLevel.EQUAL: "Dezelfde voornaam.",
    GivenLevel.CROSSED: "Voornaam en achternaam lijken deels verwisseld.",
    GivenLevel.SWAPPED: "De voornaam staat in het veld van de achternaam.",
}
BIRTH: dict[BirthLevel, str] = {
    BirthLevel.MISSING: "De geboortedatum ontbreekt bij een van beiden.",
    BirthLevel.OTHER_GENERATION: "Een andere geboortedatum, meer dan een halve generatie verschil.",
    BirthLevel.DIFFERENT: "Een andere geboortedatum.",
    BirthLevel.TWO_DIGITS: "De geboortedatum verschilt twee cijfers.",
    BirthLevel.YEAR_ONLY: "Hetzelfde geboortejaar; dag en maand zijn bij een van beiden onbekend.",
    BirthLevel.TWO_PARTS: "Twee van dag, maand en jaar van de geboortedatum zijn gelijk.",
    BirthLevel.ONE_DIGIT: "De geboortedatum verschilt één cijfer.",
    BirthLevel.DAY_MONTH_SWAPPED: "Dezelfde geboortedatum, met dag en maand verwisseld.",
    BirthLevel.EQUAL_PLACEHOLDER: (
        "Dezelfde geboortedatum, maar het is een datum die vaak 'onbekend' betekent."
    ),
    BirthLevel.EQUAL: "Dezelfde geboortedatum.",
}
ADDRESS: dict[AddressLevel, str] = {
    AddressLevel.MISSING: "Het adres ontbreekt bij een van beiden.",
    AddressLevel.DIFFERENT: "Een ander adres.",
    AddressLevel.SURROUNDINGS: "Dezelfde postcode, een ander of onbekend huisnummer.",
    AddressLevel.STREET: "Dezelfde straat, een ander of onbekend huisnummer.",
    AddressLevel.BUILDING: "Hetzelfde gebouw, maar een andere toevoeging bij het huisnummer.",
    AddressLevel.NEAR: "Het adres is bijna gelijk: een tikfout of een ontbrekend huisnummer.",
    AddressLevel.NUMBER: "Hetzelfde adres; een toevoeging ontbreekt bij een van beiden.",
    AddressLevel.EQUAL: "Hetzelfde adres.",
}

_ADDRESS_OF_LETTING: dict[AddressKind, str] = {
    AddressKind.OWN: "",
    AddressKind.FORMER: " Het gaat om een eerder adres van de nieuwe bewoner.",
    AddressKind.LET_DWELLING: " Het gaat om het adres van de toegewezen woning.",
}
_ADDRESS_OF_REGISTER: dict[AddressKind, str] = {
    AddressKind.OWN: "",
    AddressKind.FORMER: " In het register is dit een eerder adres.",
    AddressKind.LET_DWELLING: "",
}


def write_evidence(
    levels: dict[str, int],
    surnames: tuple[Surname, Surname],
    bits: float,
    kinds: tuple[AddressKind, AddressKind],
) -> list[str]:
    """Return one sentence a field, in the order of ``FIELDS``.

    ``bits`` is the rarity of a shared surname; ``kinds`` says which address of
    the new tenant and of the register person agreed best.
    """
    surname = SurnameLevel(levels["surname"])
    sentences = [SURNAME[surname].format(particles=_particles(surnames))]
    if surname in (SurnameLevel.EQUAL, SurnameLevel.COMPATIBLE_PARTICLE) and bits < _COMMON_BITS:
        sentences[0] += " Deze naam komt veel voor."
    sentences.append(GIVEN[GivenLevel(levels["given"])])
    sentences.append(BIRTH[BirthLevel(levels["birth"])])
    address = AddressLevel(levels["address"])
    told = ADDRESS[address]
    if address > AddressLevel.DIFFERENT:
        told += _ADDRESS_OF_LETTING[kinds[0]] + _ADDRESS_OF_REGISTER[kinds[1]]
    sentences.append(told)
    if len(sentences) != len(FIELDS):
        raise ValueError("a field has no sentence")
    return sentences


def _particles(surnames: tuple[Surname, Surname]) -> str:
    """Return the two particles before the core that both share, between brackets."""
    one, other = surnames
    for family in one.families + one.births:
        for match in other.families + other.births:
            if family.core == match.core and family.particle != match.particle:
                return f" ({_shown(family.particle)} / {_shown(match.particle)})"
    return ""


def _shown(particle: str) -> str:
    return particle.replace("van d*", "v.d.").replace("op d*", "o.d.") or "geen"
