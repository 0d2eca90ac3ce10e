-- The conditions and the order are those of the first night on which there was a response.
-- Spaces in the priority order mean nothing. Over all rows: the dwellings of one advert have
-- the same period, conditions and draw, or a row could ask less than the page of the dwelling
-- says, or stay open longer.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN NOT l.same_in_advert THEN 'failed'
        WHEN e.publication_id IS NULL THEN 'not_applicable'
        WHEN
            e.ordering IS DISTINCT FROM l.ordering
            OR e.min_household_size IS DISTINCT FROM l.min_household_size
            OR e.max_household_size IS DISTINCT FROM l.max_household_size
            OR e.min_age IS DISTINCT FROM l.min_age
            OR e.max_age IS DISTINCT FROM l.max_age
            OR e.min_income IS DISTINCT FROM l.min_income
            OR e.max_income IS DISTINCT FROM l.max_income
            OR REPLACE(e.priority_order, ' ', '')
            IS DISTINCT FROM REPLACE(l.priority_order, ' ', '')
            THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    NULL AS missing,
    e.night AS first_night,
    l.same_in_advert
FROM (
    SELECT
        n.*,
        :scope = 'releasable'
        OR (
            n.ordering IS NOT DISTINCT FROM a.ordering
            AND n.min_household_size IS NOT DISTINCT FROM a.min_household_size
            AND n.max_household_size IS NOT DISTINCT FROM a.max_household_size
            AND n.min_age IS NOT DISTINCT FROM a.min_age
            AND n.max_age IS NOT DISTINCT FROM a.max_age
            AND n.min_income IS NOT DISTINCT FROM a.min_income
            AND n.max_income IS NOT DISTINCT FROM a.max_income
            AND REPLACE(n.priority_order, ' ', '')
            IS NOT DISTINCT FROM REPLACE(a.priority_order, ' ', '')
            AND n.opens_at IS NOT DISTINCT FROM a.opens_at
            AND n.closes_at IS NOT DISTINCT FROM a.closes_at
            AND n.parallel_offers IS NOT DISTINCT FROM a.parallel_offers
            AND n.lottery_seed IS NOT DISTINCT FROM a.lottery_seed
        ) AS same_in_advert
    FROM lettings AS n
    JOIN adverts AS a ON a.publication_id = n.publication_id
) AS l
LEFT JOIN earlier_conditions AS e
    ON e.publication_id = l.publication_id AND e.dwelling_id = l.dwelling_id
