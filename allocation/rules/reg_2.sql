-- The registration of the new tenant was not entered by an employee.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN t.registration_origin IS NULL THEN 'cannot_tell'
        WHEN t.registration_origin = 'employee' THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    'responses.registration_origin' AS missing,
    t.registered_on
FROM new_tenants AS t
