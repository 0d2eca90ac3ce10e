"""Why candidates who stood higher did not get the dwelling, counted per letting and class.

Decides the class of each, and what a page may say of it where something of an
advert is not shown.  It looks at what it is given alone; which lettings
and offers are withheld is for ``grounds.py`` to say.
"""

from __future__ import annotations

from allocation.engine import Engine
from allocation.vocabulary import (
    PASSED_OVER_BY_CANDIDATE_REASON,
    PASSED_OVER_BY_OFFER_REASON,
    Outcome,
    PassedOver,
)


def count_passed_over(
    engine: Engine,
    name: str,
    tenants: str = "tenants",
    offers: str = "offers",
    lettings: str = "chosen_allocations",
) -> None:
    """Count in a table, per letting and class, the candidates ranked above the new tenant.

    The other names are of the tables, or views of them, that may be looked at.
    """
    engine.run(
        f"""
        CREATE OR REPLACE TABLE {name} AS
        WITH deepest AS (
            SELECT publication_id, max(recorded_rank) AS recorded_rank
            FROM {tenants} WHERE recorded_rank > 1 GROUP BY publication_id
        ),
        ahead AS (
            SELECT r.publication_id, r.candidate_id, r.recorded_rank, r.status, r.reason
            FROM responses r JOIN deepest d
                ON r.publication_id = d.publication_id AND r.recorded_rank < d.recorded_rank
        ),
        closed_offers AS (
            SELECT publication_id, dwelling_id, candidate_id, status, reason
            FROM {offers} WHERE status IN ('declined', 'withdrawn')
            QUALIFY row_number() OVER (
                PARTITION BY publication_id, candidate_id
                ORDER BY reason IS NULL, offered_at DESC NULLS LAST, offer_id NULLS LAST
            ) = 1
        ),
        housed AS (SELECT DISTINCT publication_id, candidate_id FROM {lettings})
        SELECT t.allocation_id, {", ".join(_count_of(kind) for kind in PassedOver)}
        FROM (
            SELECT t.allocation_id, {_class_sql()} AS class
            FROM {tenants} t
            JOIN ahead r ON r.publication_id = t.publication_id
                AND r.recorded_rank < t.recorded_rank
            LEFT JOIN closed_offers o ON o.publication_id = r.publication_id
                AND o.candidate_id = r.candidate_id
            LEFT JOIN housed h ON h.publication_id = r.publication_id
                AND h.candidate_id = r.candidate_id
        ) t
        GROUP BY t.allocation_id
        """
    )


def _class_sql() -> str:
    """Return the CASE that puts one passed-over candidate in a class."""
    offer = " ".join(
        f"WHEN o.reason = '{reason}' THEN '{kind}'"
        for reason, kind in PASSED_OVER_BY_OFFER_REASON.items()
    )
    candidate = " ".join(
        f"WHEN r.reason = '{reason}' THEN '{kind}'"
        for reason, kind in PASSED_OVER_BY_CANDIDATE_REASON.items()
        if kind is not None
    )
    return f"""
        CASE
            WHEN h.candidate_id IS NOT NULL THEN '{PassedOver.OTHER}'
            {offer}
            WHEN o.status = 'declined' THEN '{PassedOver.DECLINED}'
            WHEN r.status = 'withdrawn' THEN '{PassedOver.DECLINED}'
            {candidate}
            WHEN r.status = 'declined' THEN '{PassedOver.DECLINED}'
            ELSE '{PassedOver.NO_REASON}'
        END"""


def _count_of(kind: PassedOver) -> str:
    return f"count(*) FILTER (class = '{kind}') AS passed_{kind}"


def count_passed_in_public(engine: Engine, models: str) -> None:
    """Count again, from what has a page alone, where anything of an advert has none.

    Where a dwelling with a page is not shown as let, who has no reason on record may
    have got that one, or not: the page says the same of both.  ``models`` are the
    models of which an advert has a page, as a list in SQL.  Needs ``outcomes`` and
    what ``find_withheld`` makes; makes ``counted_again`` and ``passed_in_public``.
    """
    engine.run(
        f"""
        CREATE OR REPLACE TABLE shown_pairs AS
        SELECT o.publication_id, o.dwelling_id, o.progress = '{Outcome.LET}' AS is_let
        FROM outcomes o ANTI JOIN withheld_publications USING (publication_id, dwelling_id)
        WHERE o.model IN ({models})
        """
    )
    engine.run(
        f"""
        CREATE OR REPLACE TABLE counted_again AS
        SELECT publication_id, bool_or(in_part) AS in_part FROM (
            SELECT o.publication_id, TRUE AS in_part
            FROM outcomes o LEFT JOIN shown_pairs s USING (publication_id, dwelling_id)
            WHERE o.model IN ({models}) AND NOT coalesce(s.is_let, FALSE)
            UNION ALL
            SELECT publication_id, FALSE
            FROM offers ANTI JOIN shown_pairs USING (publication_id, dwelling_id)
            UNION ALL
            SELECT publication_id, FALSE
            FROM chosen_allocations ANTI JOIN shown_pairs USING (publication_id, dwelling_id)
        ) GROUP BY publication_id
        """
    )
    shown = {
        "shown_tenants": "tenants SEMI JOIN counted_again USING (publication_id)",
        "shown_offers": """offers SEMI JOIN counted_again USING (publication_id)
            SEMI JOIN shown_pairs USING (publication_id, dwelling_id)""",
        "shown_lettings": """chosen_allocations SEMI JOIN counted_again USING (publication_id)
            SEMI JOIN shown_pairs USING (publication_id, dwelling_id)""",
    }
    for name, rows in shown.items():
        engine.run(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {rows}")
    count_passed_over(engine, "passed_in_public", *shown)


def column_in_public(kind: PassedOver) -> str:
    """Return the count of a public row in SQL; in part, no reason on record is another reason.

    ``o`` is its row of ``outcomes``, ``z`` of ``counted_again``, ``s`` of ``passed_in_public``.
    """
    counted = {
        PassedOver.NO_REASON: "CASE WHEN z.in_part THEN 0 ELSE s.passed_no_reason END",
        PassedOver.OTHER: (
            "s.passed_other + CASE WHEN z.in_part THEN s.passed_no_reason ELSE 0 END"
        ),
    }
    again = counted.get(kind, f"s.passed_{kind}")
    return f"""
        CASE
            WHEN z.publication_id IS NULL THEN o.passed_{kind}
            WHEN o.rank IS NOT NULL THEN coalesce({again}, 0)
        END AS passed_{kind}"""
