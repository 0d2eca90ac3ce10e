-- The dates are in order: opened, closed, offered to the new tenant, answered, allocated,
-- start of the lease. A date that is missing is skipped. Nothing was allocated tomorrow.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN a.closes_at < a.opens_at THEN 'failed'
        WHEN o.offered_at < COALESCE(a.closes_at, a.opens_at) THEN 'failed'
        WHEN o.answered_at < o.offered_at THEN 'failed'
        WHEN
            l.allocated_on < COALESCE(
                o.answered_on, o.offered_on, local_date(a.closes_at), local_date(a.opens_at)
            )
            THEN 'failed'
        WHEN l.lease_starts_on < l.allocated_on THEN 'failed'
        WHEN l.allocated_on > :today THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    NULL AS missing,
    a.opens_at,
    a.closes_at,
    o.offered_at,
    o.answered_at,
    l.allocated_on,
    l.lease_starts_on
FROM lettings AS l
JOIN adverts AS a ON a.publication_id = l.publication_id
LEFT JOIN (
    SELECT
        f.*,
        ROW_NUMBER() OVER (
            PARTITION BY f.publication_id, f.dwelling_id, f.candidate_id
            ORDER BY f.offered_at NULLS LAST, f.offer_id NULLS LAST
        ) AS turn
    FROM dated_offers AS f
) AS o
    ON o.publication_id = l.publication_id
    AND o.dwelling_id = l.dwelling_id
    AND o.candidate_id = l.candidate_id
    AND o.turn = 1
