-- Nobody has more than one response on the advert, withdrawn ones left out.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE WHEN d.publication_id IS NOT NULL THEN 'failed' ELSE 'passed' END AS verdict,
    NULL AS missing,
    COALESCE(c.open_responses, 0) AS responses_open,
    COALESCE(d.home_seekers, c.open_responses, 0) AS home_seekers
FROM lettings AS l
LEFT JOIN advert_counts AS c ON c.publication_id = l.publication_id
LEFT JOIN (
    SELECT
        r.publication_id,
        COUNT(DISTINCT r.candidate_id) AS home_seekers
    FROM judged_responses AS r
    WHERE
        r.is_open
        AND r.publication_id IN (
            SELECT x.publication_id
            FROM judged_responses AS x
            WHERE x.is_open
            GROUP BY x.publication_id, x.candidate_id
            HAVING COUNT(*) > 1
        )
    GROUP BY r.publication_id
) AS d ON d.publication_id = l.publication_id
