-- When the new tenant responded, they had no more than the agreed number of responses on
-- adverts that were open at that moment, this one included; withdrawn ones left out.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN t.responded_at IS NULL THEN 'cannot_tell'
        WHEN COUNT(o.response_id) > :max_open_responses THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    'responses.responded_at' AS missing,
    COUNT(o.response_id) AS open_at_once,
    :max_open_responses AS agreed
FROM new_tenants AS t
LEFT JOIN (
    SELECT
        r.response_id,
        r.candidate_id,
        r.responded_at,
        p.opens_at,
        p.closes_at
    FROM responses AS r
    JOIN (
        SELECT DISTINCT
            q.publication_id,
            q.opens_at,
            q.closes_at
        FROM scoped_publications AS q
    ) AS p ON p.publication_id = r.publication_id
    WHERE
        r.status IS DISTINCT FROM 'withdrawn'
        AND r.candidate_id IN (SELECT n.candidate_id FROM new_tenants AS n)
) AS o
    ON o.candidate_id = t.candidate_id
    AND o.responded_at <= t.responded_at
    AND o.opens_at <= t.responded_at
    AND (o.closes_at IS NULL OR o.closes_at >= t.responded_at)
GROUP BY t.publication_id, t.dwelling_id, t.allocation_id, t.responded_at
