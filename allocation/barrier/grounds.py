"""Which lettings may not be seen, and on what ground.

Part of the barrier.  Decides that the union of every code that can mark a protected
case withholds, that an unknown or missing code does too, and which advert a withheld
letting touches.  What becomes public of the rest is for ``withholding.py`` to say.
"""

from __future__ import annotations

from allocation import contract
from allocation.config import Config
from allocation.engine import Engine
from allocation.outcomes import quoted
from allocation.vocabulary import NOT_DWELLINGS, RELEASE, Ground, Outcome, code_lists


def find_withheld(engine: Engine, config: Config) -> None:
    """List, from ``outcomes``, what may not be looked at for anything public.

    Makes ``allocation_grounds`` and ``withheld_pairs`` for the public table,
    and ``withheld_allocations`` and ``withheld_publications`` for the public
    verdicts: there whatever has no page of its own is left out as well.
    """
    _classify_allocations(engine, config)
    _find_withheld_pairs(engine)
    models = codes_that_release(config, "publication_model")
    details = codes_that_release(config, "publication_detail_status")
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


def codes_that_release(config: Config, code_list: str) -> str:
    """Return, as SQL, the codes of a list that withhold nothing."""
    codes = [code for code in code_lists()[code_list] if config.ground(code_list, code) is None]
    return ", ".join(f"'{code}'" for code in codes) or f"'{RELEASE} nothing'"


def count_grounds(engine: Engine) -> dict[Ground, int]:
    """Count what is withheld under each ground, after ``find_withheld``."""
    rows = engine.rows("SELECT ground, count(*) FROM allocation_grounds GROUP BY ground")
    return {Ground(str(ground)): int(str(count)) for ground, count in sorted(rows, key=str)}


def _classify_allocations(engine: Engine, config: Config) -> None:
    """Give each allocation that must not be seen its ground, unreadable rows included.

    What was let without an advert of that dwelling that the public may see as an offer
    is a direct allocation, whatever publication it names.
    """
    models = codes_that_release(config, "publication_model")
    details = codes_that_release(config, "publication_detail_status")
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
