-- The advert was open for at least the agreed number of days of 24 hours.
-- An advert without an end is open long enough.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN a.closes_at IS NULL THEN 'passed'
        WHEN a.closes_at >= a.opens_at + INTERVAL '1' DAY * :min_days_open THEN 'passed'
        ELSE 'failed'
    END AS verdict,
    NULL AS missing,
    a.opens_at,
    a.closes_at,
    :min_days_open AS days_agreed
FROM lettings AS l
JOIN adverts AS a ON a.publication_id = l.publication_id
