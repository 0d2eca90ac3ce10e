-- The age of the new tenant's response is within the conditions of the advert.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN a.min_age IS NULL AND a.max_age IS NULL THEN 'not_applicable'
        WHEN t.age IS NULL THEN 'cannot_tell'
        WHEN t.age < a.min_age THEN 'failed'
        WHEN t.age > a.max_age THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    'responses.age' AS missing,
    t.age,
    a.min_age,
    a.max_age
FROM new_tenants AS t
JOIN lettings AS a ON a.allocation_id = t.allocation_id
