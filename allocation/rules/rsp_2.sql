-- Nobody has more than one response on the advert that was not withdrawn.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE WHEN d.candidates IS NOT NULL THEN 'failed' ELSE 'passed' END AS verdict,
    NULL AS missing,
    COALESCE(d.candidates, 0) AS candidates_twice
FROM lettings AS l
LEFT JOIN (
    SELECT
        x.publication_id,
        COUNT(*) AS candidates
    FROM (
        SELECT
            r.publication_id,
            r.candidate_id
        FROM judged_responses AS r
        WHERE r.is_open
        GROUP BY r.publication_id, r.candidate_id
        HAVING COUNT(*) > 1
    ) AS x
    GROUP BY x.publication_id
) AS d ON d.publication_id = l.publication_id
