-- Appropriate allocation: a household with an income up to the limit of the year gets a
-- social rented dwelling with a bare rent up to the cap of the year (one or two persons:
-- the low cap; three or more: the high cap). Above the income limit there is no test.
-- The income itself is never part of the evidence.
SELECT
    x.publication_id,
    x.dwelling_id,
    x.allocation_id,
    CASE
        WHEN NOT x.daeb THEN 'not_applicable'
        WHEN x.daeb IS NULL OR x.household_size IS NULL OR x.household_income IS NULL
            THEN 'cannot_tell'
        WHEN x.income_limit IS NULL THEN 'cannot_tell'
        WHEN x.household_income > x.income_limit THEN 'not_applicable'
        WHEN x.senior_household IS NULL AND x.household_income > x.senior_limit
            THEN 'cannot_tell'
        WHEN x.bare_rent IS NULL THEN 'cannot_tell'
        WHEN x.bare_rent > x.rent_cap THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    CASE
        WHEN x.daeb IS NULL THEN 'dwellings.daeb'
        WHEN x.household_size IS NULL THEN 'allocations.household_size'
        WHEN x.household_income IS NULL THEN 'allocations.household_income'
        WHEN x.income_limit IS NULL THEN 'limits.amount'
        WHEN x.bare_rent IS NULL THEN 'allocations.bare_rent'
        ELSE 'allocations.senior_household'
    END AS missing,
    x.letting_year,
    x.household_size,
    x.bare_rent,
    x.rent_cap
FROM (
    SELECT
        l.*,
        EXTRACT(YEAR FROM l.allocated_on) AS letting_year,
        CASE
            WHEN l.senior_household AND l.household_size = 1 THEN y.appropriate_income_senior_one
            WHEN l.senior_household THEN y.appropriate_income_senior_more
            WHEN l.household_size = 1 THEN y.appropriate_income_one
            ELSE y.appropriate_income_more
        END AS income_limit,
        CASE
            WHEN l.household_size = 1 THEN y.appropriate_income_senior_one
            ELSE y.appropriate_income_senior_more
        END AS senior_limit,
        CASE
            WHEN l.household_size <= 2 THEN y.appropriate_rent_low
            ELSE y.appropriate_rent_high
        END AS rent_cap
    FROM lettings AS l
    LEFT JOIN limits_by_year AS y ON y.year = EXTRACT(YEAR FROM l.allocated_on)
) AS x
