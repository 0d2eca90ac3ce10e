-- The new tenant responded to this advert.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE WHEN t.responses > 0 THEN 'passed' ELSE 'failed' END AS verdict,
    NULL AS missing,
    t.responses
FROM new_tenants AS t
