"""What became of each advertised dwelling: one private row per publication and dwelling.

Decides the response count, the rank and registration of the new tenant, why
higher candidates were passed over, and how far the letting is.  It looks at
every case alike and must never publish: whether a row may be seen, and as
what, is for ``grounds.py`` to say.
"""

from __future__ import annotations

from datetime import date, datetime

from allocation.config import Publication
from allocation.engine import Engine
from allocation.passed_over import count_passed_over
from allocation.vocabulary import NOT_DWELLINGS, Outcome, PassedOver

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_LOCAL = "timezone('Europe/Amsterdam', timezone('UTC', {}))"


def build_outcomes(
    engine: Engine,
    publication: Publication,
    today: date,
    as_of: datetime,
    *,
    has_responses: bool = True,
) -> None:
    """Create the table ``outcomes`` from the night's tables.

    ``today`` is the night's date in Europe/Amsterdam; ``as_of`` the same
    night's last moment, in UTC.  ``has_responses``: the supplier delivers
    responses row by row, so an advert without a row has none; whether there
    are rows must not matter, they may all be of withheld cases.  Publications
    that have not opened yet, and units that are no dwelling, have no row.
    """
    instant = as_of.replace(tzinfo=None)
    _count_responses(engine)
    _choose_allocations(engine)
    _find_tenants(engine)
    count_passed_over(engine, "passed_over")
    engine.run(
        f"""
        CREATE OR REPLACE TABLE outcomes AS
        WITH advertised AS (
            SELECT p.*,
                CAST({_LOCAL.format("p.opens_at")} AS DATE) AS opens_on,
                CAST({_LOCAL.format("p.closes_at")} AS DATE) AS closes_on,
                a.allocation_id, a.allocated_on,
                {_release_date(publication, "a.allocated_on")} AS released_on
            FROM publications p
            LEFT JOIN chosen_allocations a USING (publication_id, dwelling_id)
            WHERE p.opens_at <= $as_of AND p.status NOT IN ('in_preparation', 'ready')
        )
        SELECT a.publication_id, a.dwelling_id, d.street, d.house_number, d.house_letter,
            d.house_number_addition, d.postcode, d.place, d.municipality, d.neighbourhood,
            d.dwelling_type, d.room_count, d.floor_area_m2, d.energy_label, d.bare_rent,
            a.label, a.model, a.ordering, a.status, a.detail_status, a.opens_on, a.closes_on,
            a.min_household_size, a.max_household_size, a.min_age, a.max_age,
            a.min_income, a.max_income, a.priority_order,
            coalesce(c.response_count, a.response_count, {"0" if has_responses else "NULL"})
                AS response_count,
            a.allocation_id, a.allocated_on,
            t.recorded_rank AS rank,
            CASE WHEN a.ordering = 'registration_duration'
                AND t.registered_on <= coalesce(a.closes_on, a.allocated_on)
                THEN date_sub('year', t.registered_on, coalesce(a.closes_on, a.allocated_on))
            END AS registration_years,
            {", ".join(_passed_column(kind) for kind in PassedOver)},
            {_progress_sql()} AS progress
        FROM advertised a
        JOIN dwellings d USING (dwelling_id)
        LEFT JOIN response_counts c USING (publication_id)
        LEFT JOIN tenants t USING (allocation_id)
        LEFT JOIN passed_over o USING (allocation_id)
        WHERE d.dwelling_type IS NULL OR d.dwelling_type NOT IN ({quoted(NOT_DWELLINGS)})
        """,
        {"as_of": instant, "today": today, "outcome_days": publication.outcome_days},
    )


def _progress_sql() -> str:
    """Return the CASE that says how far a letting is, as if nothing were withheld."""
    return f"""
        CASE
            WHEN a.allocation_id IS NOT NULL AND a.released_on <= $today THEN '{Outcome.LET}'
            WHEN a.allocation_id IS NOT NULL THEN '{Outcome.IN_PROGRESS}'
            WHEN a.status = 'withdrawn' THEN '{Outcome.WITHDRAWN}'
            WHEN a.status IN ('published', 'on_offer')
                AND (a.closes_at IS NULL OR a.closes_at > $as_of) THEN '{Outcome.OPEN}'
            WHEN a.status = 'completed' AND a.detail_status = 'no_allocation'
                THEN '{Outcome.NOT_LET}'
            WHEN a.status = 'completed'
                AND a.closes_on + CAST($outcome_days AS INTEGER) < $today
                THEN '{Outcome.WITHDRAWN}'
            ELSE '{Outcome.IN_PROGRESS}'
        END"""


def _release_date(publication: Publication, column: str) -> str:
    """Return SQL for the first release day at least ``delay_days`` after signing."""
    earliest = f"CAST({column} + {publication.delay_days} AS DATE)"
    if publication.release_day == "daily":
        return earliest
    day = WEEKDAYS.index(publication.release_day) + 1
    return f"CAST({earliest} + CAST(({day} - isodow({earliest}) + 7) % 7 AS INTEGER) AS DATE)"


def _count_responses(engine: Engine) -> None:
    """Count who responded, unreadable rows included where their publication can be read."""
    engine.run(
        """
        CREATE OR REPLACE TABLE response_counts AS
        SELECT publication_id, CAST(sum(n) AS BIGINT) AS response_count
        FROM (
            SELECT publication_id, count(*) AS n FROM responses
            WHERE status IS DISTINCT FROM 'withdrawn' GROUP BY publication_id
            UNION ALL
            SELECT publication_id, count(DISTINCT response_id) AS n FROM responses_quarantined
            WHERE status IS DISTINCT FROM 'withdrawn' AND publication_id IS NOT NULL
            GROUP BY publication_id
        ) GROUP BY publication_id
        """
    )


def _choose_allocations(engine: Engine) -> None:
    """Take the latest letting of each publication and dwelling."""
    engine.run(
        """
        CREATE OR REPLACE TABLE chosen_allocations AS
        SELECT allocation_id, publication_id, dwelling_id, candidate_id, allocated_on
        FROM allocations
        WHERE tenure = 'let' AND publication_id IS NOT NULL
        QUALIFY row_number() OVER (
            PARTITION BY publication_id, dwelling_id
            ORDER BY allocated_on DESC NULLS LAST, allocation_id NULLS LAST
        ) = 1
        """
    )


def _find_tenants(engine: Engine) -> None:
    """Find the response of each new tenant: the best ranked if there are several.

    A join on one number is several times faster than one on two texts; the
    texts then decide.
    """
    engine.run(
        """
        CREATE OR REPLACE TABLE tenants AS
        WITH near AS (
            SELECT publication_id, candidate_id, recorded_rank, registered_on
            FROM responses r SEMI JOIN chosen_allocations a
                ON hash(r.publication_id, r.candidate_id) = hash(a.publication_id, a.candidate_id)
        )
        SELECT a.allocation_id, a.publication_id, a.candidate_id,
            min(r.recorded_rank) AS recorded_rank, min(r.registered_on) AS registered_on
        FROM near r
        JOIN chosen_allocations a
            ON r.publication_id = a.publication_id AND r.candidate_id = a.candidate_id
        GROUP BY a.allocation_id, a.publication_id, a.candidate_id
        """
    )


def _passed_column(kind: PassedOver) -> str:
    """Return a count that is zero for a first in rank, and unknown without a rank."""
    return (
        f"CASE WHEN t.recorded_rank IS NOT NULL THEN coalesce(o.passed_{kind}, 0) END"
        f" AS passed_{kind}"
    )


def quoted(values: frozenset[str]) -> str:
    """Return codes as a list in SQL."""
    return ", ".join(f"'{value}'" for value in sorted(values))
