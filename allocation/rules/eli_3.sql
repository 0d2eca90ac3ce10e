-- The household income of the new tenant's response is within the conditions of the advert.
-- The income itself is never part of the evidence.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN a.min_income IS NULL AND a.max_income IS NULL THEN 'not_applicable'
        WHEN t.household_income IS NULL THEN 'cannot_tell'
        WHEN t.household_income < a.min_income THEN 'failed'
        WHEN t.household_income > a.max_income THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    'responses.household_income' AS missing,
    a.min_income,
    a.max_income
FROM new_tenants AS t
JOIN lettings AS a ON a.allocation_id = t.allocation_id
