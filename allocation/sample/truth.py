"""What is really so: every planted irregularity, withheld case and match, for the judge.

Decides the form of ``truth.json``.  It names what a checker must find at the
last night; whatever it does not name is right.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np

from allocation.sample.garden import Garden
from allocation.sample.identifiers import (
    allocation_ids,
    candidate_ids,
    dwelling_ids,
    employee_ids,
    numbered,
)
from allocation.sample.nights import Night, seen_allocations
from allocation.sample.register import Match, Persons
from allocation.sample.withheld import grounds_of
from allocation.sample.world import LET, MANUAL, NONE, NOT_LET, PULLED, SOLD, World


def truth_of(
    garden: Garden, persons: Persons, night: Night, *, responses: int, nights: list[str], asked: int
) -> dict[str, Any]:
    """Return the truth about the last night."""
    world = garden.world
    seen = set(seen_allocations(world, night).tolist())
    names = _Names(world, night, persons)
    wrongs = sorted(
        (
            {
                "rule": w.rule,
                "publication_id": names.publication(w.advert),
                "dwelling_id": names.dwelling(w.home),
                "allocation_id": names.allocation(w.allocation),
                "what": w.what,
            }
            for w in garden.wrongs
        ),
        key=lambda entry: (
            entry["rule"],
            entry["publication_id"] or "",
            entry["allocation_id"] or "",
        ),
    )
    grounds = grounds_of(world)
    return {
        "seed": world.seed,
        "dwellings": len(world.dwellings),
        "responses_per_dwelling": asked,
        "responses": responses,
        "nights": nights,
        "lettings": int(sum(world.allocations.advert[i] != NONE for i in seen)),
        "allocations": len(seen),
        "irregularities": wrongs,
        "per_rule": dict(sorted(Counter(w["rule"] for w in wrongs).items())),
        "withheld": [
            {"allocation_id": names.allocation(i), "grounds": list(grounds[i])}
            for i in sorted(seen)
            if grounds[i]
        ],
        "sales": [names.allocation(i) for i in sorted(seen) if world.allocations.sale[i]],
        "matches": [
            names.match(m) | {"band": m.band} for m in persons.matches if m.allocation in seen
        ],
        "near_misses": [names.match(m) for m in persons.near_misses if m.allocation in seen],
        "favour": _favour(garden, names, persons),
        "outcomes": _outcomes(world, night, names, grounds, seen),
    }


class _Names:
    """Gives things their ids."""

    def __init__(self, world: World, night: Night, persons: Persons) -> None:
        self._world = world
        self._night = night
        self._persons = persons
        self._dwellings = dwelling_ids(np.arange(len(world.dwellings))).to_pylist()
        self._allocations = allocation_ids(np.arange(len(world.allocations))).to_pylist()
        self._people = numbered("RG", np.arange(len(persons.register)) + 100_001, 6).to_pylist()

    def publication(self, advert: int) -> str | None:
        return None if advert == NONE else str(self._night.ids[advert])

    def dwelling(self, home: int) -> str:
        return str(self._dwellings[home])

    def allocation(self, index: int) -> str | None:
        return None if index == NONE else str(self._allocations[index])

    def candidate(self, who: int) -> str:
        return str(candidate_ids(self._world, np.array([who]))[0].as_py())

    def employee(self, index: int) -> str:
        return str(employee_ids(np.array([index]))[0].as_py())

    def match(self, match: Match) -> dict[str, Any]:
        return {
            "person_id": str(self._people[match.registered]),
            "candidate_id": self.candidate(match.who),
            "person_number": match.person_number,
            "allocation_id": self.allocation(match.allocation),
            "kind": match.kind,
        }


def _favour(garden: Garden, names: _Names, persons: Persons) -> dict[str, Any] | None:
    """Return the favour of the dilemma: which letting, what rank, whose daughter."""
    if garden.favour == NONE:
        return None
    world, i = garden.world, garden.favour
    lets = world.allocations
    match = next(m for m in persons.matches if m.allocation == i)
    registered = persons.register[match.registered]
    return {
        "publication_id": names.publication(int(lets.advert[i])),
        "dwelling_id": names.dwelling(int(lets.home[i])),
        "allocation_id": names.allocation(i),
        "candidate_id": names.candidate(int(lets.who[i])),
        "rank": int(world.responses.rank[lets.row[i]]),
        "employee_id": names.employee(registered.employee),
        "person_id": names.match(match)["person_id"],
        "kinship": registered.kinship,
    }


def _outcomes(
    world: World, night: Night, names: _Names, grounds: list[Any], seen: set[int]
) -> dict[str, str]:
    """Return the outcome of each publication and dwelling as if it were published at once.

    A direct allocation in the guise of an advert has none: it is not public.
    """
    adverts, lets = world.adverts, world.allocations
    let = {
        (int(lets.advert[i]), int(lets.home[i])): bool(grounds[i])
        for i in sorted(seen)
        if lets.advert[i] != NONE
    }
    outcomes: dict[str, str] = {}
    for advert in np.flatnonzero(night.adverts).tolist():
        if adverts.model[advert] == "direct_allocation":
            continue
        first = int(adverts.first_home[advert])
        for home in world.homes[first : first + int(adverts.homes[advert])].tolist():
            key = f"{night.ids[advert]}|{names.dwelling(home)}"
            outcomes[key] = _outcome(world, night, advert, let.get((advert, home)))
    return dict(sorted(outcomes.items()))


def _outcome(world: World, night: Night, advert: int, withheld: bool | None) -> str:
    adverts = world.adverts
    if withheld is not None:
        return "withdrawn" if withheld else "let"
    ended = adverts.ends[advert] < night.until
    fate = int(adverts.fate[advert])
    if ended and fate in (PULLED, MANUAL, SOLD):
        return "withdrawn"
    if ended and fate == NOT_LET:
        return "not_let"
    closes = int(adverts.closes[advert])
    if closes == NONE or closes >= night.until:
        return "open"
    if fate in (LET, NOT_LET, PULLED, MANUAL, SOLD):
        return "in_progress"
    raise ValueError(fate)


def truth_text(truth: dict[str, Any]) -> str:
    """Return the truth as JSON text."""
    return json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
