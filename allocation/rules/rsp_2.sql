-- Nobody has more than one response on the advert, withdrawn ones left out.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE WHEN d.responses > d.home_seekers THEN 'failed' ELSE 'passed' END AS verdict,
    NULL AS missing,
    COALESCE(d.responses, 0) AS responses_open,
    COALESCE(d.home_seekers, 0) AS home_seekers
FROM lettings AS l
JOIN adverts AS a ON a.publication_id = l.publication_id
LEFT JOIN (
    SELECT
        r.advert,
        COUNT(*) AS responses,
        COUNT(DISTINCT r.candidate_id) AS home_seekers
    FROM judged_responses AS r
    WHERE r.is_open
    GROUP BY r.advert
) AS d ON d.advert = a.advert
