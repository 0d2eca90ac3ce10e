"""What happened in the letting of a match: the facts beside the names.

Decides which facts the integrity officer gets with a match: how the letting
came about, the new tenant's rank, who was passed over and why, what each rule
said, who handled and approved it, and whether the employee concerned was one
of them (INT-1).  It takes facts from the night's tables as they are and judges
nothing.  Tables of later stages (``tenants``, ``passed_over``, ``findings``)
are used where they exist.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import pyarrow as pa

from allocation.engine import Engine

Fact = str | int | None
Facts = dict[str, object]


@dataclass(frozen=True, slots=True, repr=False)
class Circumstances:
    """One letting: ``handlers`` handled or approved it or an offer of the dwelling.

    ``deciders`` are those of the letting itself and of offers to the new
    tenant, as rule INT-1 counts them; ``told`` holds JSON values.
    """

    told: Facts
    handlers: tuple[str, ...]
    deciders: tuple[str, ...]
    basis: tuple[Fact, ...] = field(default=())


def circumstances_of(engine: Engine, allocations: Collection[str]) -> dict[str, Circumstances]:
    """Return the circumstances of allocations, by their id."""
    wanted = pa.table({"allocation_id": pa.array(sorted(allocations), pa.string())})
    engine.register("screening_wanted", wanted)
    offers = _offers(engine)
    ranks = _optional(engine, "tenants", "recorded_rank AS rank")
    passed = _passed_over(engine)
    verdicts = _verdicts(engine)
    found = {}
    for row in _dicts(engine, _LETTINGS):
        key = str(row["allocation_id"])
        own = [row["handled_by"], row["approved_by"]]
        made = offers[key]
        to_tenant = [offer for offer in made if offer.pop("to_tenant")]
        offered = [offer[name] for offer in to_tenant for name in ("handled_by", "approved_by")]
        others = [offer[name] for offer in made for name in ("handled_by", "approved_by")]
        told = _told(row) | {
            "rank": ranks.get(key, {}).get("rank"),
            "passed_over": passed.get(key, {}),
            "offers_to_tenant": to_tenant,
            "verdicts": dict(sorted(verdicts[key].items())),
        }
        basis = tuple(_text(row[name]) for name in _BASIS)
        found[key] = Circumstances(told, _people(own + others), _people(own + offered), basis)
    return found


_BASIS = ("tenure", "publication_id", "dwelling_id", "allocated_on", "handled_by", "approved_by")
"""What of the allocation's own row a case stands on: a change sets the reviews aside."""

_LETTINGS = """
    SELECT a.allocation_id, a.tenure, a.publication_id, a.dwelling_id, a.allocated_on,
        a.handled_by, a.approved_by, d.street, d.house_number, d.house_letter,
        d.house_number_addition, d.place, p.model, p.ordering,
        coalesce(r.n, p.response_count) AS response_count
    FROM screening_wanted AS w
    JOIN allocations AS a ON a.allocation_id = w.allocation_id
    LEFT JOIN dwellings AS d ON d.dwelling_id = a.dwelling_id
    LEFT JOIN publications AS p
        ON p.publication_id = a.publication_id AND p.dwelling_id = a.dwelling_id
    LEFT JOIN (
        SELECT publication_id, count(*) FILTER (status IS DISTINCT FROM 'withdrawn') AS n
        FROM responses
        WHERE publication_id IN (
            SELECT publication_id FROM allocations SEMI JOIN screening_wanted USING (allocation_id)
        )
        GROUP BY publication_id
    ) AS r ON r.publication_id = a.publication_id
    ORDER BY a.allocation_id"""


def _told(row: Facts) -> Facts:
    number = "".join(
        str(row[name] or "") for name in ("house_number", "house_letter", "house_number_addition")
    )
    parts = (f"{row['street'] or ''} {number}".strip(), str(row["place"] or ""))
    plain = ("tenure", "publication_id", "dwelling_id", "model", "ordering", "response_count")
    return {name: row[name] for name in plain} | {
        "allocated_on": _text(row["allocated_on"]),
        "address": ", ".join(part for part in parts if part),
        "handled_by": row["handled_by"],
        "approved_by": row["approved_by"],
    }


def _offers(engine: Engine) -> dict[str, list[Facts]]:
    """Return the offers of each letting's dwelling, in order of time."""
    found: dict[str, list[Facts]] = defaultdict(list)
    for row in _dicts(
        engine,
        """
        SELECT a.allocation_id, o.candidate_id = a.candidate_id AS to_tenant,
            o.status, o.reason, o.handled_by, o.approved_by
        FROM screening_wanted AS w
        JOIN allocations AS a ON a.allocation_id = w.allocation_id
        JOIN offers AS o
            ON o.publication_id = a.publication_id AND o.dwelling_id = a.dwelling_id
        ORDER BY a.allocation_id, o.offered_at NULLS LAST, o.offer_id""",
    ):
        found[str(row.pop("allocation_id"))].append(row)
    return found


def _passed_over(engine: Engine) -> dict[str, Facts]:
    """Return how many were passed over per class; no classes for the first in rank."""
    columns = [name for name in _columns(engine, "passed_over") if name.startswith("passed_")]
    if not columns:
        return {}
    listed = ", ".join(f"{name} AS {name.removeprefix('passed_')}" for name in columns)
    found = _optional(engine, "passed_over", listed)
    return {key: {name: n for name, n in row.items() if n} for key, row in found.items()}


def _verdicts(engine: Engine) -> dict[str, dict[str, str]]:
    """Return the verdict of every rule on each letting, those on its advert included."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    if not _columns(engine, "findings"):
        return found
    for key, rule, verdict in engine.rows(
        """
        SELECT a.allocation_id, f.rule, f.verdict
        FROM screening_wanted AS w
        JOIN allocations AS a ON a.allocation_id = w.allocation_id
        JOIN findings AS f ON f.allocation_id = a.allocation_id
        UNION ALL
        SELECT a.allocation_id, f.rule, f.verdict
        FROM screening_wanted AS w
        JOIN allocations AS a ON a.allocation_id = w.allocation_id
        JOIN findings AS f
            ON f.publication_id = a.publication_id AND f.dwelling_id = a.dwelling_id
        WHERE f.allocation_id IS NULL"""
    ):
        found[str(key)][str(rule)] = str(verdict)
    return found


def _optional(engine: Engine, table: str, columns: str) -> dict[str, Facts]:
    """Return columns of a table by allocation; nothing where the table is not there."""
    if not _columns(engine, table):
        return {}
    rows = _dicts(
        engine,
        f"SELECT t.allocation_id, {columns} FROM {table} AS t "
        "JOIN screening_wanted AS w ON w.allocation_id = t.allocation_id",
    )
    return {str(row.pop("allocation_id")): row for row in rows}


def _columns(engine: Engine, table: str) -> list[str]:
    rows = engine.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_name = ? "
        "ORDER BY ordinal_position",
        [table],
    )
    return [str(name) for (name,) in rows]


def _dicts(engine: Engine, sql: str) -> list[Facts]:
    rows: list[Facts] = engine.arrow(sql).to_pylist()
    return rows


def _people(named: list[object]) -> tuple[str, ...]:
    return tuple(sorted({str(person) for person in named if person}))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
