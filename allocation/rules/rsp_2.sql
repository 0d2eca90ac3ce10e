-- Nobody has more than one response on the advert that was not withdrawn.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE WHEN d.responses > d.candidates THEN 'failed' ELSE 'passed' END AS verdict,
    NULL AS missing,
    COALESCE(d.responses, 0) AS responses_open,
    COALESCE(d.candidates, 0) AS home_seekers
FROM lettings AS l
LEFT JOIN (
    SELECT
        r.publication_id,
        COUNT(*) AS responses,
        COUNT(DISTINCT r.candidate_id) AS candidates
    FROM judged_responses AS r
    WHERE r.is_open
    GROUP BY r.publication_id
) AS d ON d.publication_id = l.publication_id
