-- What a night keeps for PUB-4 of later nights: the conditions of each advert that has a
-- response. Of several nights the earliest counts.
SELECT
    p.publication_id,
    :night AS night,
    p.ordering,
    p.min_household_size,
    p.max_household_size,
    p.min_age,
    p.max_age,
    p.min_income,
    p.max_income,
    p.priority_order
FROM (
    SELECT
        q.*,
        ROW_NUMBER() OVER (
            PARTITION BY q.publication_id ORDER BY q.dwelling_id NULLS LAST
        ) AS turn
    FROM scoped_publications AS q
) AS p
WHERE
    p.turn = 1
    AND p.publication_id IN (SELECT r.publication_id FROM responses AS r)
