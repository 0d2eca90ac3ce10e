-- The number of responses that the supplier delivers is the number of responses that are
-- there, withdrawn ones left out.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN a.response_count IS NULL THEN 'not_applicable'
        WHEN a.response_count = COALESCE(c.open_responses, 0) THEN 'passed'
        ELSE 'failed'
    END AS verdict,
    NULL AS missing,
    a.response_count AS responses_delivered,
    COALESCE(c.open_responses, 0) AS responses_counted
FROM lettings AS l
JOIN adverts AS a ON a.publication_id = l.publication_id
LEFT JOIN advert_counts AS c ON c.publication_id = l.publication_id
