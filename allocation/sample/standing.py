"""The tables that stand apart from the adverts: the stock, the people, the register.

Decides which people a night tells of: those of the allocations that it holds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from allocation import contract
from allocation.sample.calendar import day_of
from allocation.sample.columns import MONEY, coded, contract_table, money, whole
from allocation.sample.identifiers import candidate_ids, dwelling_ids, employee_ids, numbered
from allocation.sample.nights import Night, seen_allocations
from allocation.sample.people import Person
from allocation.sample.places import VILLAGES
from allocation.sample.register import Persons
from allocation.sample.world import World


def dwellings_of(world: World) -> pa.Table:
    """Return the stock; it is the same every night."""
    homes = world.dwellings
    return contract_table(
        contract.DWELLINGS,
        {
            "dwelling_id": dwelling_ids(np.arange(len(homes))),
            "street": homes.street,
            "house_number": homes.number,
            "house_letter": homes.letter,
            "house_number_addition": homes.addition,
            "postcode": homes.postcode,
            "place": coded(homes.village, tuple(v.name for v in VILLAGES)),
            "municipality": coded(homes.village, tuple(v.municipality for v in VILLAGES)),
            "neighbourhood": homes.neighbourhood,
            "dwelling_type": homes.kind,
            "room_count": whole(homes.rooms),
            "floor_area_m2": money(homes.area, pa.decimal128(9, 2)),
            "energy_label": homes.label,
            "bare_rent": money(homes.rent, MONEY),
            "daeb": homes.daeb,
        },
    )


def candidates_of(world: World, night: Night, persons: Persons) -> pa.Table:
    """Return the people of the allocations that the night holds."""
    tenants = np.unique(world.allocations.who[seen_allocations(world, night)]).tolist()
    keys = [(who, n) for who in tenants for n in (1, 2) if (who, n) in persons.candidates]
    people = [persons.candidates[key] for key in keys]
    ids = candidate_ids(world, np.array([who for who, _ in keys], np.int64))
    return contract_table(
        contract.CANDIDATES,
        {"candidate_id": ids, "person_number": [n for _, n in keys], **identities(people)},
    )


def identities(people: list[Person]) -> dict[str, list[Any]]:
    """Return the name and address columns of people."""
    names = (
        "initials", "given_name", "surname_prefix", "surname", "birth_surname", "postcode",
        "house_number", "house_letter", "house_number_addition",
    )  # fmt: skip
    columns: dict[str, list[Any]] = {
        name: [getattr(person, name) for person in people] for name in names
    }
    columns["birth_date"] = [None if p.born is None else day_of(p.born) for p in people]
    return columns


def register_of(persons: Persons) -> pa.Table:
    """Return the register."""
    rows = persons.register
    return contract_table(
        contract.REGISTER,
        {
            "person_id": numbered("RG", np.arange(len(rows)) + 100_001, 6),
            "kind": ["relative" if row.kinship else "employee" for row in rows],
            "employee_id": employee_ids(np.array([row.employee for row in rows])),
            "kinship": [row.kinship for row in rows],
            **identities([row.person for row in rows]),
            "valid_from": [day_of(row.valid_from) for row in rows],
            "valid_until": [
                None if row.valid_until is None else day_of(row.valid_until) for row in rows
            ],
        },
    )
