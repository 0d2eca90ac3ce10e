-- The dwelling was let once through this advert, and the new tenant got no other dwelling
-- within 365 days before or after. A garage or the like is no dwelling.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE WHEN d.times > 1 OR c.times IS NOT NULL THEN 'failed' ELSE 'passed' END AS verdict,
    NULL AS missing,
    d.times AS times_let,
    COALESCE(c.times, 0) AS other_dwellings
FROM lettings AS l
JOIN (
    SELECT
        a.publication_id,
        a.dwelling_id,
        COUNT(*) AS times
    FROM scoped_allocations AS a
    GROUP BY a.publication_id, a.dwelling_id
) AS d ON d.publication_id = l.publication_id AND d.dwelling_id = l.dwelling_id
LEFT JOIN (
    SELECT
        n.allocation_id,
        COUNT(*) AS times
    FROM dwelling_lettings AS n
    JOIN dwelling_lettings AS o
        ON o.candidate_id = n.candidate_id
        AND o.allocation_id <> n.allocation_id
        AND o.allocated_on <= n.allocated_on + INTERVAL '1' DAY * 365
        AND n.allocated_on <= o.allocated_on + INTERVAL '1' DAY * 365
    GROUP BY n.allocation_id
) AS c ON c.allocation_id = l.allocation_id
