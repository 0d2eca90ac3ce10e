"""What goes wrong when one person is written down twice, and who only looks alike.

The operators that spoil a record come in two disjoint sets that cover the same
phenomena: ``TUNING`` for calibration, ``JUDGING`` for the figures.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.nightly.dutch_people import CALL, MEN, WOMEN, Person, Town

Operator = Callable[[random.Random, Person], Person]


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """A register record and a letting record; ``same`` is the truth, ``made_by`` the operators."""

    left: Person
    right: Person
    same: bool
    made_by: tuple[str, ...]


def _typo(r: random.Random, text: str, kind: str) -> str:
    if len(text) < 5:
        return text
    i = r.randrange(1, len(text) - 1)
    letter = r.choice("abdeiklmnorstu")
    return {
        "substitute": text[:i] + letter + text[i + 1 :],
        "delete": text[:i] + text[i + 1 :],
        "insert": text[:i] + letter + text[i:],
        "exchange": text[:i] + text[i + 1] + text[i] + text[i + 2 :],
    }[kind]


def _digit(r: random.Random, date: dt.date | None, places: tuple[int, ...]) -> dt.date | None:
    for _ in range(50):
        if date is None:
            return None
        text = list(f"{date:%Y%m%d}")
        text[r.choice(places)] = r.choice("0123456789")
        try:
            changed = dt.datetime.strptime("".join(text), "%Y%m%d").replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
        if changed != date and 1930 < changed.year < 2010:
            return changed
    return date


def _ascii(text: str) -> str:
    table = str.maketrans("ÿüöşŞıçÇøéèëïłăễí", "yuosSicCoeeeilaei")
    return text.translate(table).replace("ß", "ss").replace("ñ", "n").replace("ó", "o")


def _elsewhere(r: random.Random, p: Person) -> Person:
    return replace(p, postcode=f"{r.randint(1000, 9999)} {r.choice('ABCDEK')}{r.choice('ABXZ')}",
                   house_number=r.randint(1, 200), house_number_addition="")  # fmt: skip


def _married(r: random.Random, p: Person, order: str) -> Person:
    if "-" in p.surname:
        return p
    partner = r.choice(("de Vries", "Jansen", "van Dijk", "Hofstra", "van den Berg", "Oldekamp"))
    own = f"{p.surname_prefix} {p.surname}".strip()
    words = partner.split(" ")
    if order == "partner-own":
        return replace(p, surname_prefix=" ".join(words[:-1]), surname=f"{words[-1]}-{own}")
    if order == "own-partner":
        return replace(p, surname=f"{p.surname}-{partner}")
    if order == "ev":
        return replace(p, surname=f"{p.surname} e/v {partner}")
    prefix, core = " ".join(words[:-1]), words[-1]
    return replace(p, surname_prefix=prefix, surname=core, birth_surname=own)


def _called(r: random.Random, p: Person, pick: int) -> Person:
    names = CALL.get(p.given_name, "").split()
    return replace(p, given_name=names[pick % len(names)]) if names else p


TUNING: dict[str, Operator] = {
    "substitute a letter of the surname": lambda r, p: replace(
        p, surname=_typo(r, p.surname, "substitute")
    ),
    "exchange letters of the given name": lambda r, p: replace(
        p, given_name=_typo(r, p.given_name, "exchange")
    ),
    "v.d.": lambda r, p: replace(
        p, surname_prefix=re.sub(r"^van de[nr]?$", "v.d.", p.surname_prefix)
    ),
    "no particle": lambda r, p: replace(p, surname_prefix=""),
    "initials only": lambda r, p: replace(p, given_name=""),
    "first call name": lambda r, p: replace(_called(r, p, 0), initials=""),
    "own-partner": lambda r, p: _married(r, p, "own-partner"),
    "one digit of the day": lambda r, p: replace(p, birth_date=_digit(r, p.birth_date, (6, 7))),
    "no date of birth": lambda r, p: replace(p, birth_date=None),
    "ij to y": lambda r, p: replace(p, surname=p.surname.replace("ij", "y")),
    "no diacritics": lambda r, p: replace(p, surname=_ascii(p.surname)),
    "moved far away": _elsewhere,
    "addition in the letter field": lambda r, p: replace(
        p, house_letter=p.house_number_addition, house_number_addition=""
    ),
    "given and surname swapped": lambda r, p: replace(
        p, given_name=p.surname, surname=p.given_name, surname_prefix="", initials=""
    ),
    "no address": lambda r, p: replace(p, postcode="", house_number=None, house_number_addition=""),
    "date of birth of somebody else": lambda r, p: replace(
        p, birth_date=dt.date(1940, 1, 1) + dt.timedelta(days=r.randrange(66 * 365))
    ),
}
JUDGING: dict[str, Operator] = {
    "delete a letter of the surname": lambda r, p: replace(
        p, surname=_typo(r, p.surname, "delete")
    ),
    "insert a letter in the surname": lambda r, p: replace(
        p, surname=_typo(r, p.surname, "insert")
    ),
    "exchange letters of the surname": lambda r, p: replace(
        p, surname=_typo(r, p.surname, "exchange")
    ),
    "substitute a letter of the given name": lambda r, p: replace(
        p, given_name=_typo(r, p.given_name, "substitute")
    ),
    "v/d inside the surname": lambda r, p: replace(
        p,
        surname=f"{re.sub(r'^van de[nr]?$', 'v/d', p.surname_prefix)} {p.surname}".strip(),
        surname_prefix="",
    ),
    "official order": lambda r, p: replace(
        p,
        surname=f"{p.surname}, {p.surname_prefix}" if p.surname_prefix else p.surname,
        surname_prefix="",
    ),
    "particle with a capital inside": lambda r, p: replace(
        p, surname=f"{p.surname_prefix.title()} {p.surname}".strip(), surname_prefix=""
    ),
    "het for 't": lambda r, p: replace(p, surname_prefix=p.surname_prefix.replace("'t", "het")),
    "particle joined": lambda r, p: replace(
        p, surname=p.surname_prefix.replace(" ", "").title() + p.surname.lower(), surname_prefix=""
    )
    if p.surname_prefix and "'" not in p.surname_prefix
    else p,
    "initials without points": lambda r, p: replace(
        p, initials=p.initials.replace(".", ""), given_name=""
    ),
    "first initial only": lambda r, p: replace(p, initials=p.initials[:2], given_name=""),
    "other call name": lambda r, p: _called(r, p, -1),
    "baptismal names in full": lambda r, p: replace(p, initials=""),
    "partner-own": lambda r, p: _married(r, p, "partner-own"),
    "e/v": lambda r, p: _married(r, p, "ev"),
    "partner's name, own at birth": lambda r, p: _married(r, p, "birth"),
    "day and month swapped": lambda r, p: replace(
        p, birth_date=p.birth_date.replace(day=p.birth_date.month, month=p.birth_date.day)
    )
    if p.birth_date and p.birth_date.day <= 12
    else p,
    "one digit of the year or month": lambda r, p: replace(
        p, birth_date=_digit(r, p.birth_date, (2, 3, 4, 5))
    ),
    "ij to ÿ": lambda r, p: replace(p, surname=p.surname.replace("ij", "ÿ")),
    "umlaut written out": lambda r, p: replace(
        p, surname=p.surname.replace("ü", "ue").replace("ö", "oe").replace("ø", "oe")
    ),
    "capitals": lambda r, p: replace(p, surname=p.surname.upper(), given_name=p.given_name.upper()),
    "moved in the region": lambda r, p: replace(
        p, postcode=f"79{r.randint(10, 99)} {r.choice('ABEG')}{r.choice('CDEX')}",
        house_number=r.randint(1, 120),
    ),
    "no addition": lambda r, p: replace(p, house_number_addition=""),
    "postcode with a slip": lambda r, p: replace(p, postcode=p.postcode[:-1] + r.choice("ABCDE")),
    "surname and given name swapped, initials kept": lambda r, p: replace(
        p, given_name=f"{p.surname_prefix} {p.surname}".strip(), surname=p.given_name,
        surname_prefix="",
    ),
}  # fmt: skip


def near_miss(town: Town, p: Person, kind: str) -> Person:
    """Return somebody else who looks like ``p`` in one of the ways of ``NEAR_MISSES``."""
    r, other = town.random, town.person()
    birth = p.birth_date or dt.date(1970, 1, 1)
    if kind == "brother at the same address":
        while other.given_name == p.given_name:
            other = town.person()
        born = birth + dt.timedelta(days=r.randint(400, 3000))
        return replace(p, given_name=other.given_name, initials=other.initials, birth_date=born)
    if kind == "son with the same initials":
        same = [n for n in MEN + WOMEN if n[0] == p.given_name[0] and n != p.given_name]
        born = birth + dt.timedelta(days=r.randint(7000, 13000))
        return replace(p, given_name=r.choice(same) if same else "", birth_date=born)
    if kind == "other family, van de for van der":
        prefix = "van der" if p.surname_prefix in ("van de", "van den") else "van de"
        return replace(other, surname_prefix=prefix, surname=p.surname, initials=p.initials)
    if kind == "neighbour in the building":
        return replace(other, postcode=p.postcode, house_number=p.house_number,
                       house_number_addition=f"{p.house_number_addition}C")  # fmt: skip
    if kind == "same date of birth":
        return replace(other, birth_date=p.birth_date)
    if kind == "same common name":
        return replace(other, surname_prefix=p.surname_prefix, surname=p.surname,
                       given_name=p.given_name, initials=p.initials)  # fmt: skip
    raise ValueError(kind)


LOSING = frozenset(
    {
        "no date of birth",
        "date of birth of somebody else",
        "moved far away",
        "no address",
        "moved in the region",
    }
)
"""Operators that take a second factor away.  At most one strikes a record: a name alone never
flags, so a pair without date of birth and without address is not to be found, by design."""

NEAR_MISSES = (
    "brother at the same address",
    "son with the same initials",
    "other family, van de for van der",
    "neighbour in the building",
    "same date of birth",
    "same common name",
)


def make_pairs(seed: int, same: int, other: int, operators: dict[str, Operator]) -> list[Pair]:
    """Return labelled pairs: one to three operators for the same person, one near-miss else."""
    town = Town(seed)
    r = town.random
    pairs = []
    for _ in range(same):
        left = right = town.person()
        used: list[str] = []
        wanted = r.choices((1, 2, 3), (5, 3, 2))[0]
        for name in r.sample(sorted(operators), len(operators)):
            changed = operators[name](r, right)
            twice = name in LOSING and not LOSING.isdisjoint(used)
            if changed != right and len(used) < wanted and not twice:
                right = changed
                used.append(name)
        pairs.append(Pair(left, right, True, tuple(used)))
    for i in range(other):
        left = town.person()
        kind = NEAR_MISSES[i % len(NEAR_MISSES)]
        pairs.append(Pair(left, near_miss(town, left, kind), False, (kind,)))
    return pairs
