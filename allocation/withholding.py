"""The barrier: the only place where private facts become public values.

Decides which letting may be seen and as what.  A letting is withheld on the
union of every code that can mark a protected case; an unknown or missing code
withholds; a row that cannot be read changes nothing that is public.  The
public table is built by naming each column; a column that is not named here
does not exist outside.

Named derivations, the only values that come from private columns: ``rank``
and ``passed_*`` (ranks and reasons of responses and offers, without those of
lettings that are not shown),
``registration_years`` (whole years, from the tenant's registration date), and
``checks`` (the verdicts of the public rules, which are computed over what is
not withheld, and the class of a confirmed explanation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from allocation import contract
from allocation.carry_over import PAIRS, Released, carry_over, expiry_date, seen_deviations
from allocation.config import Config
from allocation.engine import Engine
from allocation.errors import GateRefused
from allocation.explanations import EXPLAINED
from allocation.findings import facts_digest
from allocation.hiding import hide_fields
from allocation.keys import mark, mark_of, public_key
from allocation.outcomes import quoted
from allocation.passed_over import column_in_public, count_passed_in_public
from allocation.public import LETTINGS, PublicTable
from allocation.rules import RULES
from allocation.rules.model import Verdict
from allocation.upheld import RULE as UPHELD_RULE
from allocation.upheld import UpheldDeviation
from allocation.vocabulary import (
    NOT_DWELLINGS,
    RELEASE,
    CheckResult,
    Explanation,
    Ground,
    Outcome,
    PassedOver,
    code_lists,
)


@dataclass(frozen=True, slots=True)
class Withheld:
    """How the barrier decided, for the letting department only; counts, no persons."""

    by_ground: dict[Ground, int]
    held: int
    expired: int
    gone: int


def find_withheld(engine: Engine, config: Config) -> None:
    """List, from ``outcomes``, what may not be looked at for anything public.

    Makes ``allocation_grounds`` and ``withheld_pairs`` for the public table,
    and ``withheld_allocations`` and ``withheld_publications`` for the public
    verdicts: there whatever has no page of its own is left out as well.
    """
    _classify_allocations(engine, config)
    _find_withheld_pairs(engine)
    models = _codes_that_release(config, "publication_model")
    details = _codes_that_release(config, "publication_detail_status")
    engine.run(
        f"""
        CREATE OR REPLACE TABLE withheld_publications AS
        SELECT publication_id, dwelling_id FROM withheld_pairs
        UNION
        SELECT publication_id, dwelling_id FROM publications
        WHERE model IS NULL OR model NOT IN ({models})
            OR (detail_status IS NOT NULL AND detail_status NOT IN ({details}))
        """
    )
    engine.run(
        """
        CREATE OR REPLACE TABLE withheld_allocations AS
        SELECT allocation_id FROM allocation_grounds
        UNION
        SELECT allocation_id
        FROM allocations SEMI JOIN withheld_publications USING (publication_id, dwelling_id)
        """
    )


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
    count_passed_in_public(engine, _codes_that_release(config, "publication_model"))
    _write_checks(engine, config, today, previous, said, upheld)
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
        by_ground=_grounds(engine),
        held=held,
        expired=_count(engine, "SELECT count(*) FROM public_rows WHERE expired"),
        gone=_gone(previous.public, released.public) if previous else 0,
    )
    return released, decided


def _classify_allocations(engine: Engine, config: Config) -> None:
    """Give each allocation that must not be seen its ground, unreadable rows included.

    What was let without an advert of that dwelling that the public may see as an offer
    is a direct allocation, whatever publication it names.
    """
    models = _codes_that_release(config, "publication_model")
    details = _codes_that_release(config, "publication_detail_status")
    axes = [column for column in contract.ALLOCATIONS.columns if column.axis]
    each = ", ".join(f"{_ground_sql(config, column)} AS ground_{column.name}" for column in axes)
    grounds = ", ".join(f"ground_{column.name}" for column in axes)
    order = " ".join(f"WHEN '{ground}' THEN {i}" for i, ground in enumerate(_PRECEDENCE))
    source = " UNION ALL ".join(
        f"SELECT {', '.join(contract.ALLOCATIONS.names)}, {readable} AS readable FROM {name}"
        for name, readable in (("allocations", True), ("allocations_quarantined", False))
    )
    engine.run(
        f"""
        CREATE OR REPLACE TABLE allocation_grounds AS
        WITH offered AS (
            SELECT publication_id, dwelling_id FROM outcomes
            WHERE model IN ({models}) AND (detail_status IS NULL OR detail_status IN ({details}))
            UNION SELECT a.publication_id, a.dwelling_id
            FROM allocations a JOIN dwellings d USING (dwelling_id)
            WHERE d.dwelling_type IN ({quoted(NOT_DWELLINGS)})
                OR a.publication_id IN (SELECT publication_id FROM publications_quarantined)
            UNION SELECT a.publication_id, a.dwelling_id
            FROM allocations a SEMI JOIN dwellings_quarantined USING (dwelling_id)
        ),
        judged AS (
            SELECT allocation_id, publication_id, dwelling_id, tenure, allocated_on, {each},
                CASE WHEN publication_id IS NULL OR tenure IS DISTINCT FROM 'let'
                    OR (readable AND o.publication_id IS NULL)
                    THEN '{Ground.OTHER_DIRECT}' END AS ground_direct,
                CASE WHEN protected_address THEN '{Ground.DISTRESSING_SITUATION}' END
                    AS ground_address
            FROM ({source}) LEFT JOIN offered o USING (publication_id, dwelling_id)
        ),
        listed AS (
            SELECT allocation_id, publication_id, dwelling_id, tenure, allocated_on,
                unnest([{grounds}, ground_direct, ground_address]) AS ground
            FROM judged
        )
        SELECT allocation_id, publication_id, dwelling_id, tenure, allocated_on, ground
        FROM listed WHERE ground IS NOT NULL
        QUALIFY row_number() OVER (
            PARTITION BY allocation_id, publication_id, dwelling_id
            ORDER BY CASE ground {order} END
        ) = 1
        """
    )


_PRECEDENCE = (
    Ground.STATUS_HOLDER,
    Ground.RESTRUCTURING_URGENT,
    Ground.DISTRESSING_SITUATION,
    Ground.OTHER_DIRECT,
    Ground.UNKNOWN,
)
"""Which ground an allocation is counted under when several hold; any one withholds."""


def _ground_sql(config: Config, column: contract.Column) -> str:
    """Return SQL for the ground on one axis: NULL releases, a missing code is unknown."""
    whens = []
    for code in code_lists()[column.code_list]:
        ground = config.ground(column.code_list, code)
        effect = "NULL" if ground is None else f"'{ground}'"
        whens.append(f"WHEN '{code}' THEN {effect}")
    return f"CASE {column.name} {' '.join(whens)} ELSE '{Ground.UNKNOWN}' END"


def _find_withheld_pairs(engine: Engine) -> None:
    """List each publication and dwelling that a withheld allocation touches.

    A direct allocation or a sale touches the dwelling's latest publication
    that had opened by then, unless that one led to a letting of its own or it
    is told already that it led to none.
    """
    engine.run(
        f"""
        CREATE OR REPLACE TABLE withheld_pairs AS
        SELECT DISTINCT publication_id, dwelling_id FROM (
            SELECT publication_id, dwelling_id FROM allocation_grounds
            WHERE publication_id IS NOT NULL
            UNION ALL
            SELECT o.publication_id, o.dwelling_id
            FROM allocation_grounds g JOIN outcomes o
                ON o.dwelling_id = g.dwelling_id
                AND (g.allocated_on IS NULL OR o.opens_on <= g.allocated_on)
            WHERE g.publication_id IS NULL
            QUALIFY row_number() OVER (
                PARTITION BY g.allocation_id, g.dwelling_id
                ORDER BY o.opens_on DESC NULLS LAST, o.publication_id DESC NULLS LAST
            ) = 1 AND o.allocation_id IS NULL AND o.progress <> '{Outcome.NOT_LET}'
        )
        """
    )


def _public_rows(engine: Engine, config: Config, today: date) -> pa.Table:
    """Name each public column, with what only a letting may show emptied for the rest."""
    let = f"outcome = '{Outcome.LET}'"
    number = "house_number_text" if config.publication.show_house_number else "NULL"
    models = _codes_that_release(config, "publication_model")
    details = _codes_that_release(config, "publication_detail_status")
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


_UPHELD = pa.schema(
    [
        ("publication_id", pa.string()),
        ("dwelling_id", pa.string()),
        ("allocation_id", pa.string()),
        ("agreed_on", pa.date32()),
    ]
)


def _write_checks(
    engine: Engine,
    config: Config,
    today: date,
    previous: Released | None,
    explained: pa.Table,
    upheld: Sequence[UpheldDeviation],
) -> None:
    """Write per letting what the public rules say, in the order of the rules.

    A rule that failed is in treatment from the night that showed it first;
    ``explained`` answers it, but only as long as its facts are the same.  It
    stays when it cannot be told any more: data that was taken away repairs
    nothing.  While any row cannot be read, a rule that looks at other lettings keeps the
    deviation that it showed: the row might be what it rests on.
    """
    shown = {rule.id for rule in RULES if not rule.internal} | {UPHELD_RULE}
    places = [
        {"rule": rule.id, "place": place, "crosses": rule.crosses_lettings}
        for place, rule in enumerate(RULES)
        if rule.id in shown
    ]
    engine.register("rule_places", pa.Table.from_pylist(places))
    established = pa.Table.from_pylist([asdict(letting) for letting in upheld], schema=_UPHELD)
    engine.register("upheld_lettings", established)
    engine.register("explained", explained.cast(EXPLAINED))
    engine.register("seen_deviations", seen_deviations(previous))
    in_order = ", ".join(f"min(result) FILTER (WHERE place = {p['place']})" for p in places)
    engine.run(
        f"""
        CREATE OR REPLACE TABLE public_checks AS
        WITH judged AS (
            SELECT f.publication_id, f.dwelling_id, f.rule, p.place,
                CASE WHEN s.since IS NOT NULL
                        AND (f.verdict = '{Verdict.CANNOT_TELL}' OR (p.crosses AND $unreadable))
                    THEN '{Verdict.FAILED}' ELSE f.verdict END AS verdict,
                CASE WHEN f.verdict = '{Verdict.FAILED}' THEN x.explanation ELSE s.explanation END
                    AS explanation,
                coalesce(s.since, $today) AS since
            FROM public_findings f JOIN rule_places p USING (rule)
            LEFT JOIN allocations a ON a.allocation_id = f.allocation_id
            LEFT JOIN seen_deviations s
                ON s.publication_id = f.publication_id
                AND s.dwelling_id = f.dwelling_id AND s.rule = f.rule
            LEFT JOIN explained x
                ON x.publication_id = f.publication_id
                AND x.dwelling_id = f.dwelling_id AND x.rule = f.rule
                AND x.facts = CASE WHEN f.verdict = '{Verdict.FAILED}'
                    THEN {facts_digest("f.evidence", "a")} END
            UNION ALL
            SELECT publication_id, dwelling_id, '{UPHELD_RULE}',
                (SELECT place FROM rule_places WHERE rule = '{UPHELD_RULE}'),
                '{Verdict.FAILED}', '{Explanation.UPHELD}', min(agreed_on)
            FROM upheld_lettings GROUP BY publication_id, dwelling_id
        ),
        told AS (
            SELECT publication_id, dwelling_id, place, rule || '=' || CASE
                WHEN verdict <> '{Verdict.FAILED}' THEN verdict
                WHEN explanation IS NOT NULL
                    THEN '{CheckResult.EXPLAINED}:' || since || ':' || explanation
                WHEN since + {config.agreement.explanation_days} < $today
                    THEN '{CheckResult.UNEXPLAINED}:' || since
                ELSE '{CheckResult.IN_TREATMENT}:' || since
            END AS result
            FROM judged
        )
        SELECT publication_id, dwelling_id, concat_ws(' ', {in_order}) AS checks
        FROM told GROUP BY publication_id, dwelling_id
        """,
        {"today": today, "unreadable": _has_unreadable(engine)},
    )


def _has_unreadable(engine: Engine) -> bool:
    """Say whether any row of the night could not be read."""
    return any(
        engine.rows(f"SELECT 1 FROM {table.name}_quarantined LIMIT 1")
        for table in contract.NIGHT_TABLES
    )


def _codes_that_release(config: Config, code_list: str) -> str:
    codes = [code for code in code_lists()[code_list] if config.ground(code_list, code) is None]
    return ", ".join(f"'{code}'" for code in codes) or f"'{RELEASE} nothing'"


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


def _grounds(engine: Engine) -> dict[Ground, int]:
    rows = engine.rows("SELECT ground, count(*) FROM allocation_grounds GROUP BY ground")
    return {Ground(str(ground)): int(str(count)) for ground, count in sorted(rows, key=str)}


def _count(engine: Engine, sql: str) -> int:
    return int(str(engine.rows(sql)[0][0]))
