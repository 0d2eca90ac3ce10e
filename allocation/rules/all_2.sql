-- The advert was not withdrawn.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE WHEN l.status = 'withdrawn' THEN 'failed' ELSE 'passed' END AS verdict,
    NULL AS missing,
    l.status
FROM lettings AS l
