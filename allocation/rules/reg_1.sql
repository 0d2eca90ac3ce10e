-- The registration date of the new tenant is not earlier than in any earlier night.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN e.candidate_id IS NULL THEN 'not_applicable'
        WHEN t.registered_on IS NULL THEN 'cannot_tell'
        WHEN t.registered_on < e.registered_on THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    'responses.registered_on' AS missing,
    t.registered_on,
    e.registered_on AS earlier_registered_on
FROM new_tenants AS t
LEFT JOIN (
    SELECT
        s.candidate_id,
        MAX(s.registered_on) AS registered_on
    FROM earlier_registrations AS s
    WHERE s.registered_on IS NOT NULL
    GROUP BY s.candidate_id
) AS e ON e.candidate_id = t.candidate_id
