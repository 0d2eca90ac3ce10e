-- The conditions and the order are those of the first night on which there was a response.
-- Spaces in the priority order mean nothing.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN e.publication_id IS NULL THEN 'not_applicable'
        WHEN
            e.ordering IS DISTINCT FROM a.ordering
            OR e.min_household_size IS DISTINCT FROM a.min_household_size
            OR e.max_household_size IS DISTINCT FROM a.max_household_size
            OR e.min_age IS DISTINCT FROM a.min_age
            OR e.max_age IS DISTINCT FROM a.max_age
            OR e.min_income IS DISTINCT FROM a.min_income
            OR e.max_income IS DISTINCT FROM a.max_income
            OR REPLACE(e.priority_order, ' ', '')
            IS DISTINCT FROM REPLACE(a.priority_order, ' ', '')
            THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    NULL AS missing,
    e.night AS first_night
FROM lettings AS l
JOIN adverts AS a ON a.publication_id = l.publication_id
LEFT JOIN earlier_conditions AS e ON e.publication_id = l.publication_id
