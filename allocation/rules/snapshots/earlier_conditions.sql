-- What a night keeps for PUB-4 of later nights: the conditions of each dwelling of an advert
-- that has a response. Of several nights the earliest counts.
SELECT
    p.publication_id,
    p.dwelling_id,
    :night AS night,
    p.ordering,
    p.min_household_size,
    p.max_household_size,
    p.min_age,
    p.max_age,
    p.min_income,
    p.max_income,
    p.priority_order
FROM scoped_publications AS p
WHERE p.publication_id IN (SELECT r.publication_id FROM responses AS r)
