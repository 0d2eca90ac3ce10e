"""Small histories of an association, and the private half of each told in different ways.

A history is a list of stories, each about one dwelling.  What the public may
know of a story follows from its kind and the seed of the history; everything
that may not show (who, why, which ground, rows of protected cases, rows that
cannot be read, the register) follows from a second seed.  Two histories with
one public seed and two private seeds must give one public tree, every night.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from allocation import contract
from allocation.vocabulary import code_lists

NIGHTS = (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22))

Row = dict[str, str]
Export = dict[str, list[Row]]

PLACES = ("Westerbork", "Elp", "Zwiggelte", "ORVELTE", "Orvelte")

_TABLES = {table.name: table for table in contract.TABLES}

RELEASED: Row = {
    "target_group": "family",
    "additional_target_group": "none",
    "priority_kind": "none",
    "priority_detail": "none",
    "appropriateness": "appropriate",
    "appropriateness_detail": "none",
    "direct_ground": "none",
}


def _withholding_codes() -> list[Row]:
    """Return every way in which one code, an unknown one or none withholds an allocation."""
    ways: list[Row] = []
    for column in contract.ALLOCATIONS.columns:
        if column.axis:
            codes = code_lists()[column.code_list].values()
            ways += [{column.name: c.code} for c in codes if c.withhold != "release"]
            ways += [{column.name: "QQ"}]
            if column.name != "priority_detail":  # no priority needs no detail
                ways += [{column.name: ""}]
    return [*ways, {"protected_address": "ja"}]


WAYS = _withholding_codes()


@dataclass
class Teller:
    """Writes the stories of one history: what is public by one chance, the rest by another."""

    public: random.Random
    private: random.Random
    night: int
    export: Export = field(default_factory=lambda: {name: [] for name in _TABLES})

    def add(self, table: str, **cells: object) -> Row:
        row = dict.fromkeys(_TABLES[table].names, "") | {k: str(v) for k, v in cells.items()}
        self.export[table].append(row)
        return row

    def day(self, offset: int) -> str:
        return str(NIGHTS[0] - timedelta(days=offset))

    def person(self) -> str:
        """Return the id of a new person whom nobody may find."""
        return f"WZ{self.private.randrange(10**9):09d}"

    def dwelling(self, name: str, chance: random.Random) -> Row:
        return self.add(
            "dwellings",
            dwelling_id=f"VHE-{name}",
            street=f"Laan {name.upper()}",
            house_number=chance.randint(1, 40),
            house_letter=chance.choice(["", "a"]),
            postcode=f"{self.private.randint(1000, 9999)}{self.private.choice(['AB', 'ZT'])}",
            place=chance.choice(PLACES),
            municipality=chance.choice(["Midden-Drenthe", ""]),
            neighbourhood=chance.choice(["Noord", "Zuid", ""]),
            dwelling_type=chance.choice(["single_family", "apartment_with_lift", ""]),
            room_count=chance.choice(["", 2, 3, 4]),
            bare_rent=f"{chance.randint(400, 800)},{chance.randint(0, 99):02d}",
            daeb="ja",
        )

    def advert(self, name: str, opened: int, **cells: object) -> Row:
        """Advertise for a week, ``opened`` days before the first night."""
        return self.add(
            "publications",
            **{
                "publication_id": f"P-{name}",
                "dwelling_id": f"VHE-{name}",
                "model": "offer_model",
                "ordering": "registration_duration",
                "opens_at": f"{self.day(opened)}T09:00:00",
                "closes_at": f"{self.day(opened - 7)}T09:00:00",
                "status": "completed",
                "detail_status": "allocated",
            }
            | cells,
        )

    def responses(self, name: str, opened: int, count: int) -> list[str]:
        """Let so many respond, the longest registered first, and return who they are."""
        people = [self.person() for _ in range(count)]
        closed = NIGHTS[0] - timedelta(days=opened - 7)
        shift = timedelta(days=self.private.randint(40, 60))
        for rank, candidate in enumerate(people, start=1):
            registered = date(closed.year - (count - rank + 2), closed.month, 1) - shift
            self.add(
                "responses",
                response_id=f"R{self.private.randrange(10**10):010d}",
                publication_id=f"P-{name}",
                candidate_id=candidate,
                responded_at=f"{self.day(opened - 1)}T{self.private.randint(10, 22)}:10:00",
                registered_on=registered,
                household_size=self.private.randint(1, 5),
                age=self.private.randint(25, 60),
                household_income=f"{self.private.randint(12000, 20000)},00",
                priority_kind="none",
                priority_detail="none",
                recorded_rank=rank,
                status="responded",
            )
        return people

    def offer(self, name: str, candidate: str, opened: int, status: str, reason: str) -> None:
        offered = opened - 9
        self.add(
            "offers",
            offer_id=f"O{self.private.randrange(10**9):09d}",
            publication_id=f"P-{name}",
            dwelling_id=f"VHE-{name}",
            candidate_id=candidate,
            offered_at=f"{self.day(offered)}T10:00:00",
            answered_at=f"{self.day(offered)}T16:00:00",
            status=status,
            reason=reason,
            motivation=self.private.choice(["", f"Notitie {self.private.randrange(10**8)}"]),
            handled_by=f"mw{self.private.randint(100, 499)}",
            approved_by=f"mw{self.private.randint(500, 999)}",
        )

    def allocation(self, name: str, candidate: str, on: str, **cells: object) -> Row:
        return self.add(
            "allocations",
            **{
                "allocation_id": f"T{self.private.randrange(10**9):09d}",
                "tenure": "let",
                "dwelling_id": f"VHE-{name}",
                "publication_id": f"P-{name}",
                "candidate_id": candidate,
                "allocated_on": on,
                "lease_starts_on": "2026-11-15",
                "bare_rent": "500,00",
                "household_size": self.private.randint(1, 2),
                "household_income": f"{self.private.randint(12000, 20000)},00",
                "handled_by": f"mw{self.private.randint(100, 499)}",
                "approved_by": f"mw{self.private.randint(500, 999)}",
            }
            | RELEASED
            | cells,
        )

    def tenants(self, candidate: str) -> None:
        """Say who a tenant is: any number of persons, any names."""
        for number in range(1, self.private.randint(1, 3)):
            self.add(
                "candidates",
                candidate_id=candidate,
                person_number=number,
                initials="Q.",
                given_name=f"Voornaam{self.private.randrange(10**6)}",
                surname=f"Achternaam{self.private.randrange(10**6)}",
                birth_date=date(1960, 1, 1) + timedelta(days=self.private.randrange(14000)),
                postcode=f"{self.private.randint(1000, 9999)}XY",
                house_number=self.private.randint(1, 300),
            )


Story = Callable[[Teller, str], None]


def _let(tell: Teller, name: str, *, opened: int, signed: int) -> tuple[list[str], Row]:
    """Advertise, respond, decline, let to the second: the ordinary course."""
    tell.dwelling(name, tell.public)
    tell.advert(name, opened)
    count = tell.public.randint(2, 6)
    people = tell.responses(name, opened, count)
    if tell.public.random() < 0.7:
        tell.offer(name, people[0], opened, "declined", tell.public.choice(["no_interest", ""]))
    tell.offer(name, people[1], opened, "allocated", "")
    letting = tell.allocation(name, people[1], tell.day(signed))
    tell.tenants(people[1])
    return people, letting


def ordinary(tell: Teller, name: str) -> None:
    """A letting that is public, or will be when the delay is over."""
    opened = tell.public.randint(20, 300)
    _let(tell, name, opened=opened, signed=opened - 12)


def still_open(tell: Teller, name: str) -> None:
    """An advert to which people can respond."""
    tell.dwelling(name, tell.public)
    opened = tell.public.randint(1, 6)
    tell.advert(name, opened, status="published", detail_status="")
    tell.responses(name, opened, tell.public.randint(0, 4))


def not_let(tell: Teller, name: str) -> None:
    """An advert that led to nothing."""
    tell.dwelling(name, tell.public)
    tell.advert(name, 60, detail_status="no_allocation")
    tell.responses(name, 60, tell.public.randint(0, 3))


def _protect(tell: Teller, name: str) -> None:
    """Let an advertised dwelling go out of sight: to a protected case, or sold, or withdrawn."""
    way = tell.private.randrange(5)
    if way == 0:
        for row in tell.export["publications"]:
            if row["publication_id"] == f"P-{name}":
                row["status"] = "withdrawn"
                row["detail_status"] = tell.private.choice(["renovation", "out_of_use", ""])
    elif way == 1:
        tell.allocation(
            name, tell.person(), tell.day(30), publication_id="",
            direct_ground=tell.private.choice(["status_holder", "distressing_situation", "other"]),
        )  # fmt: skip
    elif way == 2:
        tell.allocation(name, tell.person(), tell.day(30), publication_id="", tenure="sale")
    else:
        candidate = tell.person()
        on = tell.day(tell.private.randint(0, 40))
        tell.allocation(name, candidate, on, **tell.private.choice(WAYS))
        tell.tenants(candidate)


def protected(tell: Teller, name: str) -> None:
    """An advert whose dwelling went out of sight."""
    tell.dwelling(name, tell.public)
    tell.advert(name, 70)
    tell.responses(name, 70, tell.public.randint(0, 4))
    _protect(tell, name)


def never_advertised(tell: Teller, name: str) -> None:
    """Direct allocations that no advert knows of: none, one or several, or only a dwelling."""
    for number in range(tell.private.randint(0, 3)):
        own = f"{name}q{number}"
        tell.dwelling(own, tell.private)
        if tell.private.random() < 0.3:
            tell.advert(own, tell.private.randint(10, 300), model="direct_allocation")
            tell.responses(own, 200, tell.private.randint(0, 2))
        if tell.private.random() < 0.8:
            candidate = tell.person()
            when = tell.day(tell.private.randint(1, 320))
            ground = tell.private.choice(["status_holder", "restructuring_urgent", "other", ""])
            tell.allocation(own, candidate, when, publication_id="", direct_ground=ground)
            tell.tenants(candidate)


def elsewhere(tell: Teller, name: str) -> None:
    """A public letting, of whose candidates some got other dwellings out of sight.

    What is judged of the public letting may not tell of those.
    """
    people, _ = _let(tell, name, opened=100, signed=80)
    for number in range(tell.private.choice([0, 0, 1, 3])):
        own = f"{name}w{number}"
        tell.dwelling(own, tell.private)
        candidate = people[1] if number == 0 else tell.private.choice(people)
        advertised = tell.private.random() < 0.5
        if advertised:
            tell.advert(own, tell.private.randint(80, 130), model="direct_allocation")
        tell.allocation(
            own, candidate, tell.day(tell.private.randint(40, 120)),
            publication_id=f"P-{own}" if advertised else "",
            direct_ground=tell.private.choice(["status_holder", "distressing_situation", "other"]),
        )  # fmt: skip


def let_then_protected(tell: Teller, name: str) -> None:
    """A code came late: a public letting is withheld from the second night on."""
    _, letting = _let(tell, name, opened=90, signed=70)
    if tell.night >= 1:
        letting.update(tell.private.choice(WAYS))


def protected_then_let(tell: Teller, name: str) -> None:
    """A wrong code is corrected: a withheld letting is public from the second night on."""
    _, letting = _let(tell, name, opened=90, signed=70)
    if tell.night < 1:
        letting.update(tell.private.choice(WAYS))


def erased(tell: Teller, name: str) -> None:
    """The supplier erases persons: the letting stays, whoever it was."""
    people, _ = _let(tell, name, opened=120, signed=100)
    if tell.night >= 1 and tell.private.random() < 0.5:
        rows = tell.export["candidates"]
        rows[:] = [row for row in rows if row["candidate_id"] not in people]


def unreadable(tell: Teller, name: str) -> None:
    """A public letting whose allocation cannot be read on the second night, however it is bad."""
    _, letting = _let(tell, name, opened=110, signed=95)
    if tell.night == 1:
        letting["allocated_on"] = f"2026-02-{tell.private.randint(30, 99)}"
        letting["household_income"] = tell.private.choice(["", "x", "1e9"])


def orphans(tell: Teller, name: str) -> None:
    """Rows that cannot be read and touch nothing: any number, of any table."""
    for _ in range(tell.private.randint(0, 4)):
        table = tell.private.choice(["responses", "offers", "allocations", "candidates"])
        row = tell.add(table, **{c: f"weg{tell.private.randrange(10**6)}" for c in _keys(table)})
        row["candidate_id"] = tell.person()


def last_year(tell: Teller, name: str) -> None:
    """A public letting of a year about which there is a statement."""
    _let(tell, name, opened=400, signed=380)


def direct_last_year(tell: Teller, name: str) -> None:
    """So many direct allocations in a year about which there is a statement."""
    for number in range(tell.private.randint(0, 3)):
        own = f"{name}q{number}"
        tell.dwelling(own, tell.private)
        tell.allocation(own, tell.person(), tell.day(370), publication_id="", direct_ground="other")


def _keys(table: str) -> tuple[str, ...]:
    return tuple(c.name for c in _TABLES[table].columns if c.identifies)


STORIES: dict[str, Story] = {
    story.__name__: story
    for story in (
        ordinary,
        still_open,
        not_let,
        protected,
        never_advertised,
        elsewhere,
        let_then_protected,
        protected_then_let,
        erased,
        unreadable,
        orphans,
    )
}


YEARLY: dict[str, Story] = {story.__name__: story for story in (last_year, direct_last_year)}
"""Stories that the yearly statements may tell of, rounded."""


def tell_history(
    kinds: list[str], public_seed: int, private_seed: int, night: int
) -> tuple[Export, list[Row]]:
    """Return a night's export and the register."""
    export: Export = {name: [] for name in _TABLES}
    # A table that had rows and has none stops the night, whatever it held: one person stays.
    anchor = Teller(random.Random(0), random.Random(private_seed), night, export)
    anchor.add("candidates", candidate_id=anchor.person(), person_number=1, surname="Blijver")
    for number, kind in enumerate(kinds):
        seeds = (f"{public_seed} {number}", f"{private_seed} {number}")
        tell = Teller(*(random.Random(seed) for seed in seeds), night, export)
        (STORIES | YEARLY)[kind](tell, f"x{number:03d}")
    chance = random.Random(f"{private_seed} {night} order")
    for name in export:
        chance.shuffle(export[name])
    return export, _register(chance, export["candidates"])


def _register(chance: random.Random, tenants: list[Row]) -> list[Row]:
    """Return any register; some of its people are tenants."""
    rows = []
    for number in range(chance.randint(0, 4)):
        like = chance.choice(tenants) if tenants and chance.random() < 0.5 else {}
        rows.append(
            dict.fromkeys(contract.REGISTER.names, "")
            | {
                "person_id": f"REG{chance.randrange(10**7):07d}",
                "kind": "employee",
                "employee_id": f"mw{chance.randint(100, 999)}",
                "given_name": like.get("given_name", f"Collega{number}"),
                "surname": like.get("surname", f"Medewerker{chance.randrange(10**6)}"),
                "birth_date": like.get("birth_date", "1970-05-05"),
                "valid_from": "2015-01-01",
            }
        )
    return rows


def write_export(folder: Path, export: Export) -> None:
    """Write a night as CSV files."""
    folder.mkdir(parents=True)
    for name, rows in export.items():
        if name != "register":
            _write(folder / f"{name}.csv", _TABLES[name].names, rows)


def write_register(path: Path, rows: list[Row], chance: random.Random) -> None:
    """Write a register as only its owner may read it; now and then it is broken or absent."""
    path.unlink(missing_ok=True)
    way = chance.randrange(8)
    if way == 0:
        return
    _write(path, contract.REGISTER.names, rows)
    if way == 1:
        path.write_bytes(b"\xff\xfe broken")
    path.chmod(0o644 if way == 2 else 0o600)


def _write(path: Path, names: tuple[str, ...], rows: list[Row]) -> None:
    lines = [";".join(names), *(";".join(row[name] for name in names) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
