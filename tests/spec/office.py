"""A small letting office from tables that an accountant can read.

Decides how a spec case becomes rows: a case shows only what matters, the rest
stands in ``DEFAULTS``.  All cases of all rules stand in one office at once;
each case's identifiers are made its own, so that no case sees another.  It
must know nothing of the rules.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from allocation.contract import ARROW_TYPES, FILE_ROW, NIGHT_TABLES, SQL_TYPES, Kind
from allocation.rules.seam import INPUTS

FOLDER = Path(__file__).parent / "cases"
NORMS = FOLDER / "norms"
TODAY = date(2026, 11, 23)

DEFAULTS: dict[str, dict[str, str]] = {
    "dwellings": {
        "dwelling_id": "D",
        "street": "Brink",
        "house_number": "1",
        "place": "Elp",
        "dwelling_type": "terraced",
        "bare_rent": "650",
        "daeb": "yes",
    },
    "publications": {
        "publication_id": "P",
        "dwelling_id": "D",
        "model": "offer_model",
        "ordering": "registration_duration",
        "opens_at": "2026-03-02 09:00",
        "closes_at": "2026-03-09 09:00",
        "status": "completed",
        "detail_status": "allocated",
    },
    "responses": {
        "publication_id": "P",
        "candidate_id": "A",
        "responded_at": "2026-03-03 09:00",
        "registered_on": "2015-01-01",
        "registration_origin": "home_seeker",
        "household_size": "2",
        "age": "40",
        "household_income": "30000",
        "priority_kind": "none",
        "priority_detail": "none",
        "status": "responded",
    },
    "offers": {
        "publication_id": "P",
        "dwelling_id": "D",
        "candidate_id": "A",
        "offered_at": "2026-03-10 09:00",
        "expires_at": "2026-03-13 09:00",
        "answered_at": "2026-03-11 09:00",
        "status": "allocated",
        "handled_by": "MW1",
        "approved_by": "MW2",
    },
    "allocations": {
        "tenure": "let",
        "dwelling_id": "D",
        "publication_id": "P",
        "candidate_id": "A",
        "allocated_on": "2026-03-16",
        "lease_starts_on": "2026-04-01",
        "bare_rent": "650",
        "household_size": "2",
        "household_income": "30000",
        "senior_household": "no",
        "target_group": "none",
        "additional_target_group": "none",
        "priority_kind": "none",
        "priority_detail": "none",
        "appropriateness": "appropriate",
        "appropriateness_detail": "none",
        "direct_ground": "none",
        "handled_by": "MW1",
        "approved_by": "MW2",
    },
    "candidates": {},
    "earlier_registrations": {"candidate_id": "A", "night": "2026-03-04"},
    "earlier_conditions": {
        "publication_id": "P",
        "dwelling_id": "D",
        "night": "2026-03-04",
        "ordering": "registration_duration",
    },
    "interest_matches": {"candidate_id": "A", "employee_id": "MW1"},
    "withheld_allocations": {},
    "withheld_publications": {"publication_id": "P"},
}
"""What a row holds where a case does not show the column; instants are UTC."""

PRESENT = ("publications", "responses", "offers", "allocations")
"""The tables that hold one default row when a case does not show them."""

KEYS = {"responses": "response_id", "offers": "offer_id", "allocations": "allocation_id"}
OWN = {
    "publication_id",
    "dwelling_id",
    "candidate_id",
    "response_id",
    "offer_id",
    "allocation_id",
}

NOTHING = re.compile(r"^-$")

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a rule must say of one letting of a case."""

    publication: str
    dwelling: str
    verdict: str
    missing: str | None
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """What a norm must count in one calendar year of a case."""

    year: int
    numerator: int
    denominator: int
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what it shows, in words and rows, and what the rule must say."""

    rule: str
    number: int
    says: str
    scope: str
    tables: dict[str, list[Cells]]
    expected: tuple[Expected, ...]
    counts: tuple[Share, ...] = ()

    @property
    def prefix(self) -> str:
        """What makes the identifiers of the case its own."""
        return f"{self.rule}.{self.number:02d}."


def read_cases(folder: Path = FOLDER) -> list[Case]:
    """Read every case of every rule on lettings; those of norms stand in ``NORMS``."""
    cases = []
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for number, raw in enumerate(content["case"], 1):
            cases.append(_case(content["rule"], number, raw))
    return cases


def _case(rule: str, number: int, raw: dict[str, Any]) -> Case:
    says, scope = raw.pop("says"), raw.pop("scope", "all")
    counts = tuple(Share(**share) for share in raw.pop("counts", ()))
    names = ("publication", "dwelling", "verdict", "missing", "facts")
    alone = {name: raw.pop(name) for name in names if name in raw}
    expected = tuple(_expected(item) for item in raw.pop("expect", [alone] if alone else []))
    unknown = set(raw) - set(DEFAULTS)
    if unknown or bool(expected) == bool(counts):
        raise ValueError(f"{rule} case {number}: {sorted(unknown) or 'what is expected?'}")
    tables = {name: _rows(text) for name, text in raw.items()}
    return Case(rule, number, says, scope, tables, expected, counts)


def _expected(raw: dict[str, Any]) -> Expected:
    return Expected(
        publication=raw.get("publication", "P"),
        dwelling=raw.get("dwelling", "D"),
        verdict=raw["verdict"],
        missing=raw.get("missing"),
        facts=raw.get("facts", {}),
    )


def _rows(text: str) -> list[Cells]:
    """Read a table of cells between bars; an empty cell, or a dash, is "not given"."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return []
    split = [[NOTHING.sub("", cell.strip()) for cell in line.split("|")] for line in lines]
    return [dict(zip(split[0], cells, strict=True)) for cells in split[1:]]


def fill(case: Case) -> dict[str, list[Cells]]:
    """Return the full rows of a case, with identifiers of its own."""
    tables: dict[str, list[Cells]] = {}
    for name, defaults in DEFAULTS.items():
        shown = case.tables.get(name, [{}] if name in PRESENT else [])
        rows = [defaults | row for row in shown]
        key = KEYS.get(name)
        for number, row in enumerate(rows, 1):
            given = key is not None and row.get(key)
            if key is not None and not given:
                row[key] = f"{key[0].upper()}{number}"
            for column in OWN & set(row):
                if row[column] and not (column == "response_id" and given):
                    row[column] = case.prefix + row[column]
        tables[name] = rows
    known = {row["dwelling_id"] for row in tables["dwellings"]}
    for row in (*tables["publications"], *tables["allocations"]):
        if row["dwelling_id"] not in known:
            known.add(row["dwelling_id"])
            tables["dwellings"].append(DEFAULTS["dwellings"] | {"dwelling_id": row["dwelling_id"]})
    return tables


def fill_all(cases: list[Case]) -> dict[str, list[Cells]]:
    """Return the rows of all cases together."""
    office: dict[str, list[Cells]] = {name: [] for name in DEFAULTS}
    for case in cases:
        for name, rows in fill(case).items():
            office[name] += rows
    return office


def load(connection: duckdb.DuckDBPyConnection, rows: dict[str, list[Cells]]) -> None:
    """Make the night's tables and the inputs of the rules in a database."""
    for table in NIGHT_TABLES:
        if table.name not in rows:
            continue
        kinds = {column.name: column.kind for column in table.columns}
        schema = pa.schema([(name, ARROW_TYPES[kind]) for name, kind in kinds.items()])
        _create(connection, table.name, rows[table.name], schema)
        casts = ", ".join(f"CAST({n} AS {SQL_TYPES[k]}) AS {n}" for n, k in kinds.items())
        numbered = f"row_number() OVER () AS {FILE_ROW}, " if table.numbered else ""
        connection.execute(
            f"CREATE OR REPLACE TABLE {table.name} AS SELECT {numbered}{casts} FROM loaded"
        )
    for name, schema in INPUTS.items():
        if name in rows:
            _create(connection, name, rows[name], schema)
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM loaded")


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, rows: list[Cells], schema: pa.Schema
) -> None:
    unknown = {column for row in rows for column in row} - set(schema.names)
    if unknown:
        raise ValueError(f"{name} has no {sorted(unknown)}")
    columns = [
        pa.array([_value(row.get(field.name, ""), field.type) for row in rows], field.type)
        for field in schema
    ]
    connection.register("loaded", pa.Table.from_arrays(columns, schema=schema))


def _value(cell: str, kind: pa.DataType) -> object:
    """Return a cell as a value of a column's type."""
    if cell == "":
        return None
    if kind == ARROW_TYPES[Kind.BOOLEAN]:
        return {"yes": True, "no": False}[cell]
    if kind == ARROW_TYPES[Kind.DATE]:
        return date.fromisoformat(cell)
    if kind == ARROW_TYPES[Kind.INSTANT]:
        return datetime.fromisoformat(f"{cell}+00:00")
    if pa.types.is_decimal(kind):
        return Decimal(cell)
    if pa.types.is_integer(kind):
        return int(cell)
    return cell
