-- The lettings that are judged: one row for each advert and dwelling that was let.
-- If it was let more than once, the latest allocation is judged (and ALL-3 tells).
-- The conditions are those that the advert gave for this dwelling.
SELECT
    n.publication_id,
    n.dwelling_id,
    n.allocation_id,
    n.candidate_id,
    n.allocated_on,
    n.lease_starts_on,
    n.bare_rent,
    n.household_size,
    n.household_income,
    n.senior_household,
    n.handled_by,
    n.approved_by,
    n.status,
    n.is_dwelling,
    n.ordering,
    n.min_household_size,
    n.max_household_size,
    n.min_age,
    n.max_age,
    n.min_income,
    n.max_income,
    n.priority_order,
    n.opens_at,
    n.closes_at,
    n.parallel_offers,
    n.lottery_seed,
    n.daeb
FROM (
    SELECT
        a.*,
        p.status,
        p.is_dwelling,
        p.ordering,
        p.min_household_size,
        p.max_household_size,
        p.min_age,
        p.max_age,
        p.min_income,
        p.max_income,
        p.priority_order,
        p.opens_at,
        p.closes_at,
        p.parallel_offers,
        p.lottery_seed,
        d.daeb,
        ROW_NUMBER() OVER (
            PARTITION BY a.publication_id, a.dwelling_id
            ORDER BY a.allocated_on DESC NULLS LAST, a.allocation_id NULLS LAST
        ) AS turn
    FROM scoped_allocations AS a
    JOIN scoped_publications AS p
        ON p.publication_id = a.publication_id AND p.dwelling_id = a.dwelling_id
    LEFT JOIN dwellings AS d ON d.dwelling_id = a.dwelling_id
) AS n
WHERE n.turn = 1
