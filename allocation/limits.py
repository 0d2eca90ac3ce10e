"""The legal limits of each calendar year, read from ``data/limits.csv``.

Decides how the table of limits is read and what must be in it: every kind for
every year, EUR, each with its source.  It must never guess a limit for a year
that the table does not hold: the rules then cannot tell.

Source of the figures: Woningwet art. 46-48, BTIV art. 16 and 54, rijksoverheid.nl
of 2025-11-25.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

import pyarrow as pa

from allocation.resources import data_path

SCHEMA = pa.schema(
    [
        pa.field("year", pa.int64(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("amount", pa.decimal128(12, 2), nullable=False),
    ]
)


class LimitKind(StrEnum):
    """What a limit is for; incomes in EUR a year, rents in EUR a month."""

    DAEB_INCOME_ONE = "daeb_income_one"
    DAEB_INCOME_MORE = "daeb_income_more"
    DAEB_RENT = "daeb_rent"
    APPROPRIATE_INCOME_ONE = "appropriate_income_one"
    APPROPRIATE_INCOME_MORE = "appropriate_income_more"
    APPROPRIATE_INCOME_SENIOR_ONE = "appropriate_income_senior_one"
    APPROPRIATE_INCOME_SENIOR_MORE = "appropriate_income_senior_more"
    APPROPRIATE_RENT_LOW = "appropriate_rent_low"
    APPROPRIATE_RENT_HIGH = "appropriate_rent_high"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one calendar year in EUR, and where it was published."""

    year: int
    kind: LimitKind
    amount: Decimal
    source: str


@cache
def limits() -> tuple[Limit, ...]:
    """Return every limit, in the order of the file."""
    with data_path("limits.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Limit(int(row["year"]), LimitKind(row["kind"]), Decimal(row["amount"]), row["source"])
            for row in csv.DictReader(file, delimiter=";")
        )


def limits_table() -> pa.Table:
    """Return the limits as the table ``limits`` that the rules read."""
    return pa.Table.from_pylist(
        [{"year": x.year, "kind": str(x.kind), "amount": x.amount} for x in limits()],
        schema=SCHEMA,
    )
