-- When the new tenant responded, they had no more than the agreed number of responses on
-- adverts that were open at that moment, this one included; withdrawn ones left out.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN t.responded_at IS NULL THEN 'cannot_tell'
        WHEN o.open_at_once > :max_open_responses THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    'responses.responded_at' AS missing,
    COALESCE(o.open_at_once, 0) AS open_at_once,
    :max_open_responses AS agreed
FROM new_tenants AS t
LEFT JOIN (
    SELECT
        n.allocation_id,
        COUNT(*) FILTER (
            WHERE
                r.responded_at <= n.responded_at
                AND p.opens_at <= n.responded_at
                AND (p.closes_at IS NULL OR p.closes_at >= n.responded_at)
        ) AS open_at_once
    FROM responses AS r
    JOIN new_tenants AS n ON n.candidate_id = r.candidate_id
    JOIN (
        SELECT DISTINCT
            q.publication_id,
            q.opens_at,
            q.closes_at
        FROM scoped_publications AS q
    ) AS p ON p.publication_id = r.publication_id
    WHERE r.status IS DISTINCT FROM 'withdrawn'
    GROUP BY n.allocation_id
) AS o ON o.allocation_id = t.allocation_id
