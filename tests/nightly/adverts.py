"""Adverts made at random: responses, ranks, offers and lettings, right and wrong.

Decides what an advert can hold: ties, equal and missing dates, missing ages and
incomes, withdrawn, late, refused and rejected responses, doubled responses,
several dwellings in one advert, ranks that are right and ranks that are not.
The chooser is an argument, so that Hypothesis and a seeded generator can both
draw.  It must know nothing of the SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.spec.office import Case, Cells, Expected

Choose = Callable[[Sequence[Any]], Any]

ORDERINGS = ("registration_duration", "lottery", "points", "first_responder", "other")
PRIORITIES = (
    "",
    "",
    "local_connection",
    "local_connection.village_connection > local_connection",
    "age:65",
    "local_connection>age:65",
    "size:3>local_connection.village_connection",
    "age:65 > size:3",
)
PRIORITY = (
    ("none", "none"),
    ("none", "none"),
    ("", ""),
    ("local_connection", "village_connection"),
    ("local_connection", "regional_connection"),
    ("local_connection", ""),
    ("urgency", "medical"),
)
MOMENTS = (
    "2026-03-02 09:00:00",
    "2026-03-03 09:00:00",
    "2026-03-03 09:00:00",
    "2026-03-03 09:00:01",
    "2026-03-04 10:00:00",
    "2026-03-09 09:00:00",
)
LATE = ("2026-03-02 08:59:59", "2026-03-09 09:00:01")
DATES = ("2005-01-01", "2010-01-01", "2010-01-01", "2015-06-30", "2020-02-29")
STATUSES = ("responded", "responded", "responded", "declined", "rejected", "", "withdrawn")
REASONS = ("", "", "no_interest", "unsuitable", "viewing")
OFFERS = (
    ("declined", "rent_too_high"),
    ("declined", ""),
    ("withdrawn", "income_too_high"),
    ("offered", ""),
)
SPOILED = ("right", "right", "right", "none", "swap", "gap", "double", "ineligible", "missed")


@dataclass(frozen=True)
class Response:
    """One response; an empty text is a value that is not delivered."""

    number: int
    candidate: str
    responded_at: str
    registered_on: str
    household_size: str
    age: str
    income: str
    kind: str
    detail: str
    points: str
    lottery: str
    status: str
    reason: str
    rank: int | None = None


@dataclass(frozen=True)
class Offer:
    """One offer of a dwelling."""

    candidate: str
    dwelling: str
    status: str
    reason: str


@dataclass(frozen=True)
class Advert:
    """One advert with everything that came of it; ``tenants`` per dwelling."""

    ordering: str
    closes_at: str
    min_size: str
    min_age: str
    max_income: str
    priority: str
    responses: tuple[Response, ...]
    offers: tuple[Offer, ...]
    tenants: tuple[tuple[str, str], ...]


def make_advert(choose: Choose, order: Callable[[Advert], list[Response]]) -> Advert:
    """Draw an advert; ``order`` gives a right order of its eligible responses."""
    missing = choose((False, False, True))
    responses = tuple(_response(choose, n, missing) for n in range(choose(range(9))))
    advert = Advert(
        ordering=choose((*ORDERINGS[:4], *ORDERINGS)),
        closes_at=choose(("2026-03-09 09:00:00", "2026-03-09 09:00:00", "")),
        min_size=choose(("", "", "2")),
        min_age=choose(("", "", "23")),
        max_income=choose(("", "", "40000.00")),
        priority=choose(PRIORITIES),
        responses=responses,
        offers=(),
        tenants=(),
    )
    ordered = order(advert)
    advert = replace(advert, responses=_ranked(choose, advert.responses, ordered))
    dwellings = ("D", "D2", "D3")[: choose((1, 1, 1, 2, 3))]
    names = tuple(sorted({r.candidate for r in responses}))
    first = tuple(r.candidate for r in ordered[:4])
    tenants = tuple((d, choose((*first, *first, *names, "outsider"))) for d in dwellings)
    offers = tuple(
        Offer(name, choose(dwellings), *choose(OFFERS)) for name in names if choose((True, False))
    )
    return replace(advert, offers=offers, tenants=tenants)


def _response(choose: Choose, number: int, missing: bool) -> Response:
    def perhaps(values: Sequence[str]) -> str:
        return str(choose((*values, *values, *values, ""))) if missing else str(choose(values))

    kind, detail = choose(PRIORITY)
    return Response(
        number=number,
        candidate=f"C{choose((number, number, number, number, 0))}",
        responded_at=choose((*MOMENTS, *MOMENTS, *LATE)),
        registered_on=perhaps(DATES),
        household_size=perhaps(("1", "2", "3")),
        age=perhaps(("22", "23", "40", "64", "65", "80")),
        income=perhaps(("15000.00", "40000.00", "40000.01")),
        kind=kind,
        detail=detail,
        points=perhaps(("-5", "0", "10", "10", "11")),
        lottery=perhaps(("1", "2", "3", "4", "5")),
        status=choose(STATUSES),
        reason=choose(REASONS),
    )


def _ranked(
    choose: Choose, responses: tuple[Response, ...], ordered: list[Response]
) -> tuple[Response, ...]:
    """Give the eligible responses their ranks, and spoil them in one of several ways."""
    ranks: dict[int, int] = {r.number: rank for rank, r in enumerate(ordered, 1)}
    spoiled = choose(SPOILED)
    if spoiled == "none":
        ranks = {}
    elif spoiled == "swap" and len(ordered) > 1:
        at = choose(range(len(ordered) - 1))
        ranks[ordered[at].number], ranks[ordered[at + 1].number] = at + 2, at + 1
    elif spoiled == "gap" and ordered:
        ranks[ordered[-1].number] += 1
    elif spoiled == "double" and len(ordered) > 1:
        ranks[ordered[-1].number] -= 1
    elif spoiled == "missed" and ordered:
        del ranks[choose(ordered).number]
    elif spoiled == "ineligible" and responses:
        ranks.setdefault(choose(responses).number, len(ordered) + 1)
    return tuple(replace(r, rank=ranks.get(r.number)) for r in responses)


def advert_rows(advert: Advert) -> dict[str, list[Cells]]:
    """Return an advert as the tables of a spec case."""
    shared = {
        "ordering": advert.ordering,
        "opens_at": "2026-03-02 09:00:00",
        "closes_at": advert.closes_at,
        "min_household_size": advert.min_size,
        "min_age": advert.min_age,
        "max_income": advert.max_income,
        "priority_order": advert.priority,
    }
    return {
        "publications": [shared | {"dwelling_id": dwelling} for dwelling, _ in advert.tenants],
        "responses": [_response_cells(response) for response in advert.responses],
        "offers": [
            {
                "candidate_id": offer.candidate,
                "dwelling_id": offer.dwelling,
                "status": offer.status,
                "reason": offer.reason,
            }
            for offer in advert.offers
        ],
        "allocations": [
            {"dwelling_id": dwelling, "candidate_id": tenant} for dwelling, tenant in advert.tenants
        ],
    }


def _response_cells(response: Response) -> Cells:
    return {
        "candidate_id": response.candidate,
        "responded_at": response.responded_at,
        "registered_on": response.registered_on,
        "household_size": response.household_size,
        "age": response.age,
        "household_income": response.income,
        "priority_kind": response.kind,
        "priority_detail": response.detail,
        "points": response.points,
        "lottery_number": response.lottery,
        "status": response.status,
        "reason": response.reason,
        "recorded_rank": "" if response.rank is None else str(response.rank),
    }


def advert_case(
    rule: str, number: int, advert: Advert, expected: tuple[Expected, ...], says: str = ""
) -> Case:
    """Return an advert as a spec case of a rule."""
    return Case(rule, number, says or "made at random", "all", advert_rows(advert), expected)
