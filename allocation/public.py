"""What the public may know: the public types and their Arrow schema.

Decides the form of everything that the site, the open data and the public
report are made from.  Imports nothing private; only ``withholding.py`` makes
values of these types.  A field that is not here cannot be published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from allocation.vocabulary import CheckResult, Explanation, Outcome

LETTINGS = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("street", pa.string(), nullable=False),
        pa.field("house_number", pa.string()),
        pa.field("place", pa.string(), nullable=False),
        pa.field("municipality", pa.string()),
        pa.field("neighbourhood", pa.string()),
        pa.field("dwelling_type", pa.string()),
        pa.field("room_count", pa.int64()),
        pa.field("floor_area_m2", pa.decimal128(9, 2)),
        pa.field("energy_label", pa.string()),
        pa.field("bare_rent", pa.decimal128(12, 2)),
        pa.field("label", pa.string()),
        pa.field("model", pa.string(), nullable=False),
        pa.field("ordering", pa.string(), nullable=False),
        pa.field("opens_on", pa.date32(), nullable=False),
        pa.field("closes_on", pa.date32()),
        pa.field("min_household_size", pa.int64()),
        pa.field("max_household_size", pa.int64()),
        pa.field("min_age", pa.int64()),
        pa.field("max_age", pa.int64()),
        pa.field("min_income", pa.decimal128(12, 2)),
        pa.field("max_income", pa.decimal128(12, 2)),
        pa.field("priority_order", pa.string()),
        pa.field("response_count", pa.int64()),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("rank", pa.int64()),
        pa.field("registration_years", pa.int64()),
        pa.field("passed_declined", pa.int64()),
        pa.field("passed_conditions", pa.int64()),
        pa.field("passed_no_answer", pa.int64()),
        pa.field("passed_other", pa.int64()),
        pa.field("passed_no_reason", pa.int64()),
        pa.field("let_month", pa.date32()),
        pa.field("checks", pa.string()),
    ]
)
"""One row per publication and dwelling: the public table.

Dates are dates in Europe/Amsterdam; ``let_month`` is the first day of the month
of letting; rents and incomes are EUR (a month, a year); ``rank``, registration
years (whole) and the passed-over counts are filled for lettings only, and
``registration_years`` only where registration duration is the ordering.
``checks`` holds what ``read_checks`` reads, for lettings only; empty where the
rules did not run.
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule on one letting: the rule's id and what came of it.

    ``since`` is the first night that showed the deviation, and ``explanation``
    its class once there is one; both are None where the rule did not fail.
    """

    rule: str
    result: CheckResult
    since: date | None = None
    explanation: Explanation | None = None


@cache
def read_checks(text: str | None) -> tuple[Check, ...]:
    """Read the column ``checks``: parts ``RULE=result[:since[:explanation]]``, space between."""
    found = []
    for part in (text or "").split():
        rule, _, told = part.partition("=")
        result, since, explanation = [*told.split(":"), "", ""][:3]
        found.append(
            Check(
                rule,
                CheckResult(result),
                date.fromisoformat(since) if since else None,
                Explanation(explanation) if explanation else None,
            )
        )
    return tuple(found)


def write_checks(checks: Iterable[Check]) -> str:
    """Return the text that ``read_checks`` reads."""
    parts = []
    for check in checks:
        told = [str(check.result), str(check.since or ""), str(check.explanation or "")]
        parts.append(f"{check.rule}={':'.join(told).rstrip(':')}")
    return " ".join(parts)


@dataclass(frozen=True, slots=True)
class PublicRule:
    """One rule as the public reads it; ``sql`` is the text that runs.

    ``shared`` names the shared tables (``SharedTable``) that the text reads.
    Where ``verdicts_public`` is false the rule runs, and what it says of a
    letting is for the association alone.
    """

    id: str
    title_nl: str
    title_en: str
    explanation_nl: str
    explanation_en: str
    basis_nl: str
    basis_en: str
    severity: str
    in_force_from: date
    in_force_until: date | None
    sql: str
    shared: tuple[str, ...]
    verdicts_public: bool = True


@dataclass(frozen=True, slots=True)
class SharedTable:
    """A table that several rules read, with the text that makes it."""

    name: str
    title_nl: str
    title_en: str
    sql: str


@dataclass(frozen=True, slots=True)
class OwnFunction:
    """A function with a name of our own in the SQL of the rules, as it is called."""

    called: str
    meaning_nl: str
    meaning_en: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every rule, in the order in which they are shown."""

    rules: tuple[PublicRule, ...] = ()
    shared: tuple[SharedTable, ...] = ()
    functions: tuple[OwnFunction, ...] = ()


@dataclass(frozen=True, slots=True)
class Exact:
    """A number that anybody can count on the public pages; shown as it is."""

    count: int


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What may be said of a number that depends on anything not public.

    ``count`` is rounded to five; None where the number is under ten or would
    give another one away.  Only ``disclosure.py`` makes values of this type.
    """

    count: int | None


@dataclass(frozen=True, slots=True)
class DisclosedTable:
    """A table of counts with totals, each rounded or hidden on its own.

    The totals are not the sums of what is shown.  ``cells`` holds a row for
    each of ``rows`` with a number for each of ``columns``.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Disclosed, ...], ...]
    row_totals: tuple[Disclosed, ...]
    column_totals: tuple[Disclosed, ...]
    total: Disclosed


@dataclass(frozen=True, slots=True)
class YearStatement:
    """How many lettings of a calendar year are withheld, all grounds together.

    ``withheld`` is None where it is fewer than ten, else rounded to five.
    """

    year: int
    withheld: int | None


@dataclass(frozen=True, slots=True)
class NormStatement:
    """A norm over whole calendar years as the public may see it.

    ``met`` is None where it cannot be told, or not without telling too much;
    ``share_percent`` is rounded to five, None where too few lettings bear it.
    """

    rule: str
    title_nl: str
    title_en: str
    basis_nl: str
    basis_en: str
    first_year: int
    last_year: int
    target_percent: Decimal
    at_most: bool
    met: bool | None
    share_percent: int | None


@dataclass(frozen=True, slots=True)
class Statements:
    """The yearly statements that withheld lettings enter; only disclosure control makes them."""

    years: tuple[YearStatement, ...] = ()
    norms: tuple[NormStatement, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicTable:
    """An Arrow table of schema ``LETTINGS``, sorted by key, that came through the barrier."""

    rows: pa.Table


class Letting(NamedTuple):
    """One row of the public table; the fields are those of ``LETTINGS``."""

    key: str
    street: str
    house_number: str | None
    place: str
    municipality: str | None
    neighbourhood: str | None
    dwelling_type: str | None
    room_count: int | None
    floor_area_m2: Decimal | None
    energy_label: str | None
    bare_rent: Decimal | None
    label: str | None
    model: str
    ordering: str
    opens_on: date
    closes_on: date | None
    min_household_size: int | None
    max_household_size: int | None
    min_age: int | None
    max_age: int | None
    min_income: Decimal | None
    max_income: Decimal | None
    priority_order: str | None
    response_count: int | None
    outcome: Outcome
    rank: int | None
    registration_years: int | None
    passed_declined: int | None
    passed_conditions: int | None
    passed_no_answer: int | None
    passed_other: int | None
    passed_no_reason: int | None
    let_month: date | None
    checks: str | None

    @property
    def address(self) -> str:
        """Street and number, without the place."""
        return f"{self.street} {self.house_number}" if self.house_number else self.street


FIELDS: tuple[str, ...] = Letting._fields


def lettings(table: PublicTable) -> Iterator[Letting]:
    """Yield the rows of the public table as values, in the order of the table."""
    columns = [_values(table.rows.column(name)) for name in FIELDS]
    at = FIELDS.index("outcome")
    known = {str(outcome): outcome for outcome in Outcome}
    columns[at] = [known[str(value)] for value in columns[at]]
    yield from map(Letting._make, zip(*columns, strict=True))


def _values(column: pa.ChunkedArray) -> list[object]:
    """Return a column's values; equal ones are one object, so that each is made once."""
    coded = pc.dictionary_encode(column).combine_chunks()
    values = np.array([*coded.dictionary.to_pylist(), None], dtype=np.object_)
    found: list[object] = values[pc.fill_null(coded.indices, -1).to_numpy()].tolist()
    return found
