"""The barrier: the only place where private facts become public values.

Decides as what a letting is seen; on which ground it is not, stands in ``grounds.py``.
A row that cannot be read changes nothing that is public.  The public table is built by
naming each column; a column that is not named here does not exist outside.

Named derivations, the only values that come from private columns: ``rank``
and ``passed_*`` (ranks and reasons of responses and offers, without those of
lettings that are not shown),
``registration_years`` (whole years, from the tenant's registration date), and
``checks`` (the verdicts of the public rules, which are computed over what is
not withheld, and the class of a confirmed explanation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from allocation.barrier.carry_over import PAIRS, Released, carry_over, expiry_date
from allocation.barrier.grounds import codes_that_release, count_grounds
from allocation.barrier.hiding import hide_fields
from allocation.barrier.public_checks import write_checks
from allocation.config import Config
from allocation.engine import Engine
from allocation.errors import GateRefused
from allocation.keys import mark, mark_of, public_key
from allocation.passed_over import column_in_public, count_passed_in_public
from allocation.public import LETTINGS, PublicTable
from allocation.state.explanations import EXPLAINED
from allocation.state.upheld import UpheldDeviation
from allocation.vocabulary import Ground, Outcome, PassedOver


@dataclass(frozen=True, slots=True)
class Withheld:
    """How the barrier decided, for the letting department only; counts, no persons."""

    by_ground: dict[Ground, int]
    held: int
    expired: int
    gone: int


def withhold_lettings(
    engine: Engine,
    config: Config,
    today: date,
    secret: bytes,
    previous: Released | None,
    explained: pa.Table | None = None,
    upheld: Sequence[UpheldDeviation] = (),
) -> tuple[Released, Withheld]:
    """Build the public table from ``outcomes``, and say internally what was withheld.

    Needs ``find_withheld`` and the table ``public_findings``.  ``secret`` keys
    the marks in the public keys.  ``previous`` is the last release: a letting
    that an unreadable row touches keeps what was public about it, and a
    deviation keeps the night on which it was first seen.  ``explained`` (schema
    ``EXPLAINED``) are the explanations that two people gave; ``upheld`` are the
    lettings of which two people decided to publish what a review established.

    Raises:
        GateRefused: two rows would get one key.
    """
    said = EXPLAINED.empty_table() if explained is None else explained
    count_passed_in_public(engine, codes_that_release(config, "publication_model"))
    write_checks(engine, config, today, previous, said, upheld)
    released, held = _with_keys(_public_rows(engine, config, today), secret), 0
    if previous is not None:
        released, held = carry_over(
            engine,
            released,
            previous,
            today,
            config.agreement.explanation_days,
            expiry_date(today, config.publication.retention_months),
        )
    released = hide_fields(released, config.publication)
    rows = released.public.rows
    if pc.count_distinct(rows.column("key")).as_py() != rows.num_rows:
        raise GateRefused("Two lettings would get the same public key; nothing is published.")
    decided = Withheld(
        by_ground=count_grounds(engine),
        held=held,
        expired=_count(engine, "SELECT count(*) FROM public_rows WHERE expired"),
        gone=_gone(previous.public, released.public) if previous else 0,
    )
    return released, decided


def _public_rows(engine: Engine, config: Config, today: date) -> pa.Table:
    """Name each public column, with what only a letting may show emptied for the rest."""
    let = f"outcome = '{Outcome.LET}'"
    number = "house_number_text" if config.publication.show_house_number else "NULL"
    models = codes_that_release(config, "publication_model")
    details = codes_that_release(config, "publication_detail_status")
    engine.run(
        f"""
        CREATE OR REPLACE TABLE public_rows AS
        WITH judged AS (
            SELECT o.* REPLACE ({", ".join(map(column_in_public, PassedOver))}), k.checks,
                CAST(house_number AS VARCHAR) || coalesce(upper(house_letter), '')
                    || CASE
                        WHEN house_number_addition IS NULL THEN ''
                        WHEN regexp_matches(house_number_addition, '^[0-9]')
                            THEN '-' || house_number_addition
                        ELSE ' ' || house_number_addition
                    END AS house_number_text,
                CASE
                    WHEN w.publication_id IS NOT NULL THEN '{Outcome.WITHDRAWN}'
                    WHEN detail_status IS NOT NULL AND detail_status NOT IN ({details})
                        THEN '{Outcome.WITHDRAWN}'
                    ELSE progress
                END AS outcome
            FROM outcomes o LEFT JOIN withheld_pairs w USING (publication_id, dwelling_id)
            LEFT JOIN public_checks k USING (publication_id, dwelling_id)
            LEFT JOIN counted_again z USING (publication_id)
            LEFT JOIN passed_in_public s USING (allocation_id)
            WHERE o.model IN ({models})
        )
        SELECT publication_id, dwelling_id,
            street, CAST({number} AS VARCHAR) AS house_number, place, municipality, neighbourhood,
            dwelling_type, room_count, floor_area_m2, energy_label, bare_rent, label, model,
            ordering, opens_on, closes_on, min_household_size, max_household_size,
            min_age, max_age, min_income, max_income, priority_order, response_count, outcome,
            CASE WHEN {let} THEN rank END AS rank,
            CASE WHEN {let} THEN registration_years END AS registration_years,
            {", ".join(f"CASE WHEN {let} THEN passed_{k} END AS passed_{k}" for k in PassedOver)},
            CASE WHEN {let} THEN CAST(date_trunc('month', allocated_on) AS DATE) END AS let_month,
            CASE WHEN {let} THEN checks END AS checks,
            outcome <> '{Outcome.OPEN}'
                AND coalesce(closes_on, opens_on)
                    < CAST($today - INTERVAL ({config.publication.retention_months}) MONTH AS DATE)
                AS expired
        FROM judged
        """,
        {"today": today},
    )
    return engine.arrow("SELECT * EXCLUDE (expired) FROM public_rows WHERE NOT expired")


def _with_keys(rows: pa.Table, secret: bytes) -> Released:
    """Give each row its public key and keep the internal ids apart."""
    names = ("publication_id", "dwelling_id", "street", "house_number", "place")
    columns = [rows.column(name).to_pylist() for name in names]
    marks = [mark(secret, *ids) for ids in zip(*columns[:2], strict=True)]
    keys = [public_key(*parts) for parts in zip(marks, *columns[2:], strict=True)]
    public = [rows.column(field.name).cast(field.type) for field in LETTINGS if field.name != "key"]
    table = pa.Table.from_arrays([pa.array(keys, pa.string()), *public], schema=LETTINGS)
    pairs = pa.Table.from_arrays(
        [pa.array(marks, pa.string()), rows.column("publication_id"), rows.column("dwelling_id")],
        schema=PAIRS,
    )
    return Released(PublicTable(table.sort_by("key")), pairs.sort_by("mark"))


def _gone(previous: PublicTable, current: PublicTable) -> int:
    """Count what was public before and is not any more."""
    before = {mark_of(key) for key in previous.rows.column("key").to_pylist()}
    return len(before - {mark_of(key) for key in current.rows.column("key").to_pylist()})


def _count(engine: Engine, sql: str) -> int:
    return int(str(engine.rows(sql)[0][0]))
