"""Public tables for tests, made from a few words or from chance."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa

from allocation.public import LETTINGS, PublicTable

ROW: dict[str, object] = {
    "key": "lindehof-14-westerbork-k3x9p2qa",
    "street": "Lindehof",
    "house_number": "14",
    "place": "Westerbork",
    "municipality": "Midden-Drenthe",
    "neighbourhood": "Noord",
    "dwelling_type": "terraced",
    "room_count": 4,
    "floor_area_m2": Decimal("92.40"),
    "energy_label": "B",
    "bare_rent": Decimal("612.35"),
    "model": "offer_model",
    "ordering": "registration_duration",
    "opens_on": date(2026, 1, 5),
    "closes_on": date(2026, 1, 12),
    "response_count": 118,
    "outcome": "let",
    "rank": 2,
    "registration_years": 9,
    "passed_declined": 1,
    "passed_conditions": 0,
    "passed_no_answer": 0,
    "passed_other": 0,
    "passed_no_reason": 0,
    "let_month": date(2026, 2, 1),
}

ONLY_LET = (
    "rank",
    "registration_years",
    "passed_declined",
    "passed_conditions",
    "passed_no_answer",
    "passed_other",
    "passed_no_reason",
    "let_month",
    "checks",
)

RULES = ("PUB-1", "RNK-1", "RNK-2", "ELI-3", "ALL-4")


def table(rows: Iterable[Mapping[str, object]]) -> PublicTable:
    """Return a public table of rows that differ from ``ROW`` as said."""
    made = [ROW | dict(row) for row in rows]
    return PublicTable(pa.Table.from_pylist(made, schema=LETTINGS).sort_by("key"))


def history(count: int, first: date, days: int, seed: int = 1) -> PublicTable:
    """Return ``count`` adverts spread over ``days`` days, with outcomes and checks."""
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        closes = first + timedelta(days=number * days // count)
        outcome = draw.choices(("let", "withdrawn", "not_let"), (8, 1, 1))[0]
        ordering = draw.choices(("registration_duration", "lottery"), (3, 1))[0]
        place = draw.choice(("Westerbork", "Beilen", "Elp"))
        row: dict[str, object] = {
            "key": f"lindehof-{number}-{place.lower()}-{_mark(number)}",
            "house_number": str(number),
            "place": place,
            "dwelling_type": draw.choice(("terraced", "apartment", "corner_house")),
            "room_count": draw.randint(2, 5),
            "model": "offer_model" if ordering != "lottery" else "lottery_model",
            "ordering": ordering,
            "opens_on": closes - timedelta(days=7),
            "closes_on": closes,
            "response_count": int(draw.lognormvariate(4.5, 0.7)),
            "outcome": outcome,
            "rank": draw.randint(1, 6),
            "registration_years": draw.randint(1, 15) if ordering != "lottery" else None,
            "passed_declined": draw.randint(0, 3),
            "passed_conditions": draw.randint(0, 2),
            "let_month": (closes + timedelta(days=draw.randint(3, 50))).replace(day=1),
            "checks": _checks(draw, closes),
        }
        rows.append(row | (dict.fromkeys(ONLY_LET) if outcome != "let" else {}))
    return table(rows)


def _mark(number: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    return "".join(letters[(number * 7919 >> shift) % 32] for shift in range(0, 40, 5))


def _checks(draw: random.Random, closes: date) -> str:
    parts = []
    for rule in RULES:
        result = draw.choices(
            ("passed", "not_applicable", "cannot_tell", "in_treatment", "explained", "unexplained"),
            (90, 4, 3, 1, 2, 1),
        )[0]
        if result in ("in_treatment", "unexplained"):
            result += f":{closes + timedelta(days=60)}"
        elif result == "explained":
            result += f":{closes + timedelta(days=60)}:recording_error"
        parts.append(f"{rule}={result}")
    return " ".join(parts)
