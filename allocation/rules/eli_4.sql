-- Social rented (DAEB): the household income is at most the limit of the calendar year of
-- letting, for one person or for more. The income itself is never part of the evidence.
SELECT
    x.publication_id,
    x.dwelling_id,
    x.allocation_id,
    CASE
        WHEN NOT x.daeb THEN 'not_applicable'
        WHEN
            x.daeb IS NULL
            OR x.household_size IS NULL
            OR x.household_income IS NULL
            OR x.income_limit IS NULL
            THEN 'cannot_tell'
        WHEN x.household_income > x.income_limit THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    CASE
        WHEN x.daeb IS NULL THEN 'dwellings.daeb'
        WHEN x.household_size IS NULL THEN 'allocations.household_size'
        WHEN x.household_income IS NULL THEN 'allocations.household_income'
        ELSE 'limits.amount'
    END AS missing,
    x.letting_year,
    x.household_size,
    x.income_limit
FROM (
    SELECT
        l.*,
        EXTRACT(YEAR FROM l.allocated_on) AS letting_year,
        CASE WHEN l.household_size = 1 THEN y.daeb_income_one ELSE y.daeb_income_more END
            AS income_limit
    FROM lettings AS l
    LEFT JOIN limits_by_year AS y ON y.year = EXTRACT(YEAR FROM l.allocated_on)
) AS x
