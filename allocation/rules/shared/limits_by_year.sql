-- The legal limits of each calendar year in EUR, side by side.
SELECT
    l.year,
    MAX(CASE WHEN l.kind = 'daeb_income_one' THEN l.amount END) AS daeb_income_one,
    MAX(CASE WHEN l.kind = 'daeb_income_more' THEN l.amount END) AS daeb_income_more,
    MAX(CASE WHEN l.kind = 'appropriate_income_one' THEN l.amount END)
        AS appropriate_income_one,
    MAX(CASE WHEN l.kind = 'appropriate_income_more' THEN l.amount END)
        AS appropriate_income_more,
    MAX(CASE WHEN l.kind = 'appropriate_income_senior_one' THEN l.amount END)
        AS appropriate_income_senior_one,
    MAX(CASE WHEN l.kind = 'appropriate_income_senior_more' THEN l.amount END)
        AS appropriate_income_senior_more,
    MAX(CASE WHEN l.kind = 'appropriate_rent_low' THEN l.amount END) AS appropriate_rent_low,
    MAX(CASE WHEN l.kind = 'appropriate_rent_high' THEN l.amount END)
        AS appropriate_rent_high
FROM limits AS l
GROUP BY l.year
