-- No response from outside the response period counted: it got no rank, no offer and no
-- dwelling. Who also responded in time may have got those for that response.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN c.late_ranked > 0 OR f.late_followed IS NOT NULL THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    NULL AS missing,
    COALESCE(c.late, 0) AS late,
    COALESCE(c.late_ranked, 0) AS late_ranked,
    COALESCE(f.late_followed, 0) AS late_followed
FROM lettings AS l
LEFT JOIN advert_counts AS c ON c.publication_id = l.publication_id
LEFT JOIN (
    SELECT
        x.publication_id,
        COUNT(*) AS late_followed
    FROM (
        SELECT
            r.publication_id,
            r.candidate_id
        FROM followed_responses AS r
        WHERE r.is_open
        GROUP BY r.publication_id, r.candidate_id
        HAVING COUNT(*) FILTER (WHERE r.in_time) = 0
    ) AS x
    GROUP BY x.publication_id
) AS f ON f.publication_id = l.publication_id
