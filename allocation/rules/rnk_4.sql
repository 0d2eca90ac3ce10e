-- The offers of the dwelling were made in the order of rank, and never more at once than
-- agreed. A first offer made before that of somebody strictly ahead is out of order. An
-- offer is open until it is answered, or else until it expires.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN n.offers IS NULL THEN 'not_applicable'
        WHEN s.out_of_order > 0 OR n.most_at_once > COALESCE(a.parallel_offers, :parallel_offers)
            THEN 'failed'
        WHEN s.unknown > 0 OR n.perhaps_at_once > COALESCE(a.parallel_offers, :parallel_offers)
            THEN 'cannot_tell'
        ELSE 'passed'
    END AS verdict,
    COALESCE(s.order_unknown, 'offers.answered_at') AS missing,
    COALESCE(n.offers, 0) AS offers,
    COALESCE(s.out_of_order, 0) AS out_of_order,
    COALESCE(n.most_at_once, 0) AS most_at_once,
    COALESCE(a.parallel_offers, :parallel_offers) AS agreed
FROM lettings AS l
JOIN adverts AS a ON a.publication_id = l.publication_id
LEFT JOIN (
    SELECT
        m.publication_id,
        m.dwelling_id,
        COUNT(*) AS offers,
        MAX(m.at_once) AS most_at_once,
        MAX(m.at_once + m.perhaps) AS perhaps_at_once
    FROM (
        SELECT
            y.publication_id,
            y.dwelling_id,
            y.offer_id,
            COUNT(*) FILTER (
                WHERE
                    x.ended_at > y.offered_at
                    OR (x.ended_at IS NULL AND x.status = 'offered')
            ) AS at_once,
            COUNT(*) FILTER (WHERE x.ended_at IS NULL AND x.status <> 'offered') AS perhaps
        FROM dated_offers AS y
        JOIN dated_offers AS x
            ON x.publication_id = y.publication_id
            AND x.dwelling_id = y.dwelling_id
            AND x.offered_at <= y.offered_at
        GROUP BY y.publication_id, y.dwelling_id, y.offer_id
    ) AS m
    GROUP BY m.publication_id, m.dwelling_id
) AS n ON n.publication_id = l.publication_id AND n.dwelling_id = l.dwelling_id
LEFT JOIN (
    SELECT
        y.publication_id,
        y.dwelling_id,
        COUNT(*) FILTER (
            WHERE
                y.order_class < x.best_class
                OR (
                    y.order_class = x.best_class
                    AND y.order_value < x.order_value
                )
        ) AS out_of_order,
        COUNT(COALESCE(x.unknown, y.unknown)) AS unknown,
        MIN(COALESCE(x.unknown, y.unknown)) AS order_unknown
    FROM first_offers AS y
    JOIN first_offers AS x
        ON x.publication_id = y.publication_id
        AND x.dwelling_id = y.dwelling_id
        AND x.offered_at < y.offered_at
    GROUP BY y.publication_id, y.dwelling_id
) AS s ON s.publication_id = l.publication_id AND s.dwelling_id = l.dwelling_id
