-- No other advert for the same dwelling was open at any moment of this one's period.
-- An advert that was withdrawn, or that was never published, does not count.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE WHEN COUNT(o.publication_id) > 0 THEN 'failed' ELSE 'passed' END AS verdict,
    NULL AS missing,
    p.opens_at,
    p.closes_at,
    COUNT(o.publication_id) AS other_adverts
FROM lettings AS l
JOIN scoped_publications AS p
    ON p.publication_id = l.publication_id AND p.dwelling_id = l.dwelling_id
LEFT JOIN scoped_publications AS o
    ON o.dwelling_id = p.dwelling_id
    AND o.publication_id <> p.publication_id
    AND o.status NOT IN ('in_preparation', 'ready', 'withdrawn')
    AND (p.closes_at IS NULL OR o.opens_at <= p.closes_at)
    AND (o.closes_at IS NULL OR o.closes_at >= p.opens_at)
GROUP BY l.publication_id, l.dwelling_id, l.allocation_id, p.opens_at, p.closes_at
