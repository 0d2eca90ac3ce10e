-- Share of the lettings of social rented (DAEB) dwellings, to households with an income up
-- to the limit for appropriate allocation, with a bare rent up to the cap. Status holders
-- and students count as such households.
SELECT
    x.allocation_id,
    x.letting_year,
    CASE
        WHEN x.daeb IS NULL THEN 'dwellings.daeb'
        WHEN x.household_size IS NULL THEN 'allocations.household_size'
        WHEN x.household_income IS NULL AND NOT x.is_target THEN 'allocations.household_income'
        WHEN x.income_limit IS NULL THEN 'limits.amount'
        WHEN x.bare_rent IS NULL THEN 'allocations.bare_rent'
    END AS left_out,
    x.bare_rent <= x.rent_cap AS counts
FROM (
    SELECT
        a.*,
        EXTRACT(YEAR FROM a.allocated_on) AS letting_year,
        CASE
            WHEN a.senior_household AND a.household_size = 1 THEN y.appropriate_income_senior_one
            WHEN a.senior_household THEN y.appropriate_income_senior_more
            WHEN a.household_size = 1 THEN y.appropriate_income_one
            ELSE y.appropriate_income_more
        END AS income_limit,
        CASE
            WHEN a.household_size <= 2 THEN y.appropriate_rent_low
            ELSE y.appropriate_rent_high
        END AS rent_cap
    FROM dwelling_lettings AS a
    LEFT JOIN limits_by_year AS y ON y.year = EXTRACT(YEAR FROM a.allocated_on)
) AS x
WHERE
    COALESCE(x.daeb, TRUE)
    AND (x.is_target OR COALESCE(x.household_income <= x.income_limit, TRUE))
