"""What the page of a letting says of each check, and since when.

Part of the barrier.  Decides when a deviation is in treatment, explained or not, and
that one that was shown goes away by a repair alone.  The verdicts that it takes are
computed over what is not withheld.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import pyarrow as pa

from allocation import contract
from allocation.barrier.carry_over import Released, seen_deviations
from allocation.config import Config
from allocation.engine import Engine
from allocation.findings import facts_digest
from allocation.rules import RULES
from allocation.rules.model import Verdict
from allocation.state.explanations import EXPLAINED
from allocation.state.upheld import RULE as UPHELD_RULE
from allocation.state.upheld import UpheldDeviation
from allocation.vocabulary import CheckResult, Explanation

_UPHELD = pa.schema(
    [
        ("publication_id", pa.string()),
        ("dwelling_id", pa.string()),
        ("allocation_id", pa.string()),
        ("agreed_on", pa.date32()),
    ]
)


def write_checks(
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
