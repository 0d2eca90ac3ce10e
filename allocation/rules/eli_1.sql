-- The household size of the new tenant's response is within the conditions of the advert.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN a.min_household_size IS NULL AND a.max_household_size IS NULL THEN 'not_applicable'
        WHEN t.household_size IS NULL THEN 'cannot_tell'
        WHEN t.household_size < a.min_household_size THEN 'failed'
        WHEN t.household_size > a.max_household_size THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    'responses.household_size' AS missing,
    t.household_size,
    a.min_household_size,
    a.max_household_size
FROM new_tenants AS t
JOIN lettings AS a ON a.allocation_id = t.allocation_id
