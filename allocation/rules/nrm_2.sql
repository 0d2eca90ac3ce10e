-- Share of the lettings of social rented (DAEB) dwellings to households up to the income
-- limit of the calendar year. Status holders and students count as such households.
SELECT
    x.allocation_id,
    x.letting_year,
    CASE
        WHEN x.daeb IS NULL THEN 'dwellings.daeb'
        WHEN x.is_target THEN NULL
        WHEN x.household_income IS NULL THEN 'allocations.household_income'
        WHEN x.household_size IS NULL THEN 'allocations.household_size'
        WHEN x.income_limit IS NULL THEN 'limits.amount'
    END AS left_out,
    x.is_target OR x.household_income <= x.income_limit AS counts
FROM (
    SELECT
        a.*,
        EXTRACT(YEAR FROM a.allocated_on) AS letting_year,
        CASE WHEN a.household_size = 1 THEN y.daeb_income_one ELSE y.daeb_income_more END
            AS income_limit
    FROM dwelling_lettings AS a
    LEFT JOIN limits_by_year AS y ON y.year = EXTRACT(YEAR FROM a.allocated_on)
) AS x
WHERE COALESCE(x.daeb, TRUE)
