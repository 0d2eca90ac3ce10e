"""The register of employees and relatives, and the tenants who stand in it.

Decides which new tenants, co-applicants and buyers match somebody in the
register, how well, and who merely looks like it.  An employee to whom a match
points never handled that letting, unless an irregularity says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from allocation.sample.calendar import day_of
from allocation.sample.garden import Relation
from allocation.sample.people import CANDIDATE_DIGITS, REGISTER_DIGITS, Namer, Person
from allocation.sample.world import NONE, World

KINSHIPS = ("partner", "child", "parent", "sibling", "in_law", "friend", "household_member")


@dataclass(frozen=True, slots=True)
class Registered:
    """One row of the register; ``valid_from`` and ``valid_until`` in days."""

    employee: int
    kinship: str | None
    person: Person
    valid_from: int
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """A planted match or near-miss: a row of the register and a person on an allocation.

    ``band`` is A or B; for a near-miss it is empty and ``kind`` says what it is.
    """

    registered: int
    who: int
    person_number: int
    allocation: int
    band: str
    kind: str


@dataclass(slots=True)
class Persons:
    """Everybody with a name: candidates by home-seeker and person number, and the register."""

    candidates: dict[tuple[int, int], Person] = field(default_factory=dict)
    register: list[Registered] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    near_misses: list[Match] = field(default_factory=list)


def build_persons(
    world: World, rng: np.random.Generator, relations: list[Relation], special: set[int]
) -> Persons:
    """Name everybody and fill the register; ``special`` allocations get no further match."""
    persons = Persons()
    named = {relation.allocation for relation in relations if relation.named}
    _name_candidates(world, rng, persons, named)
    _add_staff(world, rng, persons)
    for relation in relations:
        _plant(world, rng, persons, relation.allocation, 1, relation.employee, "A", "exact",
               relation.kinship)  # fmt: skip
    _plant_matches(world, rng, persons, special)
    return persons


def _name_candidates(
    world: World, rng: np.random.Generator, persons: Persons, women: set[int]
) -> None:
    """Name each new tenant and buyer, and mostly who moves in with them."""
    namer, lets = Namer(rng, CANDIDATE_DIGITS), world.allocations
    for i in range(len(lets)):
        who = int(lets.who[i])
        if (who, 1) in persons.candidates:
            continue
        born = int(world.seekers.born[who])
        first = namer.person(born, True if i in women else None)
        persons.candidates[who, 1] = first
        if i not in women and lets.size[i] > 1 and rng.random() < 0.6:
            adult = max(int(lets.day[i]) - 18 * 366, born)
            other_born = min(born + int(rng.integers(-2500, 2500)), adult)
            persons.candidates[who, 2] = namer.partner_of(first, other_born)


def _add_staff(world: World, rng: np.random.Generator, persons: Persons) -> None:
    """Fill the register with employees and their relatives, none of whom got a dwelling."""
    namer = Namer(rng, REGISTER_DIGITS)
    known = {(person.born, person.name_key) for person in persons.candidates.values()}
    for employee in range(world.employees):
        born = world.last_day - int(rng.integers(22 * 365, 65 * 365))
        since = int(rng.integers(world.first_day - 4000, world.first_day))
        until = None
        if employee > world.employees // 2 and rng.random() < 0.1:
            until = int(rng.integers(world.first_day, world.last_day))
        person = _unlike(namer, known, born)
        persons.register.append(Registered(employee, None, person, since, until))
        for _ in range(int(rng.integers(1, 4))):
            kinship = KINSHIPS[int(rng.integers(0, len(KINSHIPS)))]
            shift = {"child": 28 * 365, "parent": -28 * 365}.get(kinship, 0)
            relative_born = born + shift + int(rng.integers(-1800, 1800))
            relative = _unlike(namer, known, relative_born)
            persons.register.append(Registered(employee, kinship, relative, since, until))


def _unlike(namer: Namer, known: set[tuple[int | None, str]], born: int) -> Person:
    """Return a person who shares no birth date with a tenant of the same name."""
    person = namer.person(born)
    while (person.born, person.name_key) in known:
        person = replace(person, born=(person.born or 0) - 1)
    return person


# How a row of the register resembles the person on an allocation, and its band.
_LIKENESSES: tuple[tuple[str, str], ...] = (
    ("exact", "A"),
    ("address_and_name", "A"),
    ("name_variant", "A"),
    ("birth_day_and_month_swapped", "B"),
    ("initials_only", "A"),
    ("birth_year_digit", "B"),
)
_NEAR: tuple[str, ...] = (
    "brother", "father_and_son", "surname_only", "same_birth_date", "same_street",
)  # fmt: skip


def _plant_matches(
    world: World, rng: np.random.Generator, persons: Persons, special: set[int]
) -> None:
    """Plant matches and near-misses on lettings, direct lettings and sales alike."""
    lets = world.allocations
    seen = np.flatnonzero(lets.day <= world.last_day - 2)
    seen = np.array([i for i in rng.permutation(seen).tolist() if i not in special], np.int64)
    if not len(seen):
        return
    number = max(8, round(len(seen) * 0.003))
    order = _mixed(world, seen, persons)
    staff = max(4, world.employees // 3)
    spare = list(range(staff, world.employees)) or [world.employees - 1]
    wanted = [("match", name, band) for name, band in _LIKENESSES * number][:number]
    wanted += [("near", name, "") for name in _NEAR * number][: max(5, number // 2)]
    for (_, name, band), (i, person_number) in zip(wanted, order, strict=False):
        employee = spare[int(rng.integers(0, len(spare)))]
        kinship = KINSHIPS[int(rng.integers(0, len(KINSHIPS)))]
        _plant(world, rng, persons, i, person_number, employee, band, name, kinship)


def _mixed(world: World, seen: np.ndarray, persons: Persons) -> list[tuple[int, int]]:
    """Put a sale, a direct letting and a co-applicant first, then everybody else."""
    lets = world.allocations
    sales = [i for i in seen.tolist() if lets.sale[i]][:1]
    direct = [i for i in seen.tolist() if lets.advert[i] == NONE and not lets.sale[i]][:2]
    both = [i for i in seen.tolist() if (int(lets.who[i]), 2) in persons.candidates][:3]
    first = [(i, 1) for i in sales + direct] + [(i, 2) for i in both]
    done, unique = set(), []
    for i, number in first + [(i, 1) for i in seen.tolist()]:
        if i not in done:
            done.add(i)
            unique.append((i, number))
    return unique


def _plant(  # noqa: PLR0913
    world: World,
    rng: np.random.Generator,
    persons: Persons,
    allocation: int,
    person_number: int,
    employee: int,
    band: str,
    kind: str,
    kinship: str,
) -> None:
    """Add a row to the register that resembles one person on an allocation."""
    who = int(world.allocations.who[allocation])
    person = persons.candidates[who, person_number]
    other = Namer(rng, REGISTER_DIGITS).person(int(person.born or 0) + 3000)
    like = _resembling(person, other, kind)
    since = min(int(world.allocations.day[allocation]) - 400, world.first_day - 100)
    persons.register.append(Registered(employee, kinship, like, since, None))
    match = Match(len(persons.register) - 1, who, person_number, allocation, band, kind)
    (persons.matches if band else persons.near_misses).append(match)


def _resembling(person: Person, other: Person, kind: str) -> Person:
    """Return a register's version of ``person``; what does not resemble comes from ``other``."""
    born = int(person.born or 0)
    moved = replace(
        person,
        postcode=other.postcode,
        house_number=other.house_number,
        house_letter=other.house_letter,
        house_number_addition=other.house_number_addition,
    )
    if kind == "exact":
        return moved
    if kind == "address_and_name":
        return replace(person, born=None)
    if kind == "name_variant":
        return _renamed(moved)
    if kind == "initials_only":
        return replace(moved, given_name=None, birth_surname=None)
    if kind == "birth_day_and_month_swapped":
        return replace(moved, born=_swapped(born))
    if kind == "birth_year_digit":
        return replace(moved, born=_other_year(born))
    if kind == "brother":
        names = _namesake(moved, other)
        return replace(names, born=born + 700 + born % 400)
    if kind == "father_and_son":
        return replace(moved, born=born - 27 * 365 - born % 300)
    if kind == "surname_only":
        return replace(_namesake(moved, other), born=born + 4000 + born % 900)
    if kind == "same_birth_date":
        return replace(_distinct(other, person), born=born)
    if kind == "same_street":
        number = person.house_number + 2
        return replace(
            _distinct(other, person),
            postcode=person.postcode, house_number=number, born=born + 2000,
        )  # fmt: skip
    raise ValueError(kind)


def _namesake(moved: Person, other: Person) -> Person:
    """Return somebody else of the same surname: another given name and other initials."""
    first = "Q" if moved.initials and moved.initials.startswith("E") else "E"
    return replace(moved, given_name=other.given_name, initials=f"{first}.Q.")


def _distinct(other: Person, person: Person) -> Person:
    """Return a person whose name has nothing of the one given."""
    name = "Ploegstra" if "Wieringa" in person.surname else "Wieringa"
    return replace(
        other, surname_prefix=None, surname=name, birth_surname=name, initials="Q.", given_name=None
    )


def _renamed(person: Person) -> Person:
    """Return the same person as another clerk writes the name."""
    short = {"van de": "v.d.", "van den": "v.d.", "van der": "v.d.", "van 't": "v. 't"}
    folded = person.surname.translate(str.maketrans("ıöüşçûéŁłáóñÖŞÇ", "iouscueLlaonOSC"))
    prefix = person.surname_prefix
    if prefix in short:
        return replace(person, surname_prefix=short[prefix])
    if "-" in person.surname and person.birth_surname:
        return replace(person, surname=person.birth_surname, surname_prefix=None)
    if folded != person.surname:
        return replace(person, surname=folded, birth_surname=None)
    return replace(person, surname=person.surname.upper(), birth_surname=None)


def _swapped(born: int) -> int:
    """Swap day and month where that is a date and another one; else move by a month."""
    day = day_of(born)
    if day.day <= 12 and day.day != day.month:
        return born + (day.replace(month=day.day, day=day.month) - day).days
    return _other_year(born)


def _other_year(born: int) -> int:
    """Return the same day of a year whose last digit was misread."""
    day = day_of(born)
    year = day.year + (1 if day.year % 10 < 9 else -1)
    leap_day = day.month == 2 and day.day == 29
    return born + (day.replace(year=year, day=28 if leap_day else day.day) - day).days
