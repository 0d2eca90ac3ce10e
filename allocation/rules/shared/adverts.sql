-- One row for each advert that led to a letting: its period, its conditions, how its
-- candidates are put in order, and what its priority order asks.
-- All dwellings of one advert share them; what the first dwelling's row says is taken, and
-- a garage or the like is no dwelling (PUB-4 compares the rows).
-- advert: a short number for the advert, by which its responses are counted.
SELECT
    p.publication_id,
    d.advert,
    p.ordering,
    p.ordering = 'registration_duration' AS by_duration,
    p.ordering = 'first_responder' AS by_response,
    p.ordering = 'lottery' AS by_lottery,
    p.ordering = 'points' AS by_points,
    COALESCE(p.ordering = 'other', TRUE) AS by_other,
    p.opens_at,
    p.closes_at,
    p.min_household_size,
    p.max_household_size,
    p.min_age,
    p.max_age,
    p.min_income,
    p.max_income,
    COALESCE(p.min_household_size, p.max_household_size) IS NOT NULL AS asks_size,
    COALESCE(p.min_age, p.max_age) IS NOT NULL AS asks_age,
    p.priority_order,
    p.parallel_offers,
    p.lottery_seed,
    p.response_count,
    d.dwellings,
    c.order_number,
    c.classes,
    c.first_age,
    c.first_size
FROM (
    SELECT
        q.*,
        ROW_NUMBER() OVER (
            PARTITION BY q.publication_id
            ORDER BY q.is_dwelling DESC NULLS LAST, q.dwelling_id NULLS LAST
        ) AS turn
    FROM scoped_publications AS q
) AS p
JOIN (
    SELECT
        q.publication_id,
        COUNT(CASE WHEN u.dwelling_id IS NULL THEN q.dwelling_id END) AS dwellings,
        ROW_NUMBER() OVER (ORDER BY q.publication_id NULLS LAST) AS advert
    FROM publications AS q
    LEFT JOIN other_units AS u ON u.dwelling_id = q.dwelling_id
    GROUP BY q.publication_id
) AS d ON d.publication_id = p.publication_id
LEFT JOIN priority_orders AS c ON c.priority_order = p.priority_order
WHERE
    p.turn = 1
    AND p.publication_id IN (SELECT l.publication_id FROM lettings AS l)
