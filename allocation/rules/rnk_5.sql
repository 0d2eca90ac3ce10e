-- In a lottery every eligible response was drawn once: the numbers are 1, 2, 3 and so on.
-- Where the seed is known the draw can be done again: the numbers follow the SHA-256 of
-- seed, colon and response number (hexadecimal), lowest first.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN NOT a.by_lottery THEN 'not_applicable'
        WHEN d.numbered = 0 THEN 'cannot_tell'
        WHEN d.different < d.eligible THEN 'failed'
        WHEN c.unknown_eligible > 0 THEN 'cannot_tell'
        WHEN d.lowest <> 1 OR d.highest <> d.eligible OR s.not_as_drawn > 0 THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    CASE WHEN d.numbered = 0 THEN 'responses.lottery_number' ELSE c.eligible_unknown END
        AS missing,
    COALESCE(d.eligible, 0) AS eligible,
    COALESCE(d.different, 0) AS numbers_drawn,
    COALESCE(s.not_as_drawn, 0) AS not_as_drawn,
    a.lottery_seed IS NOT NULL AS draw_repeated
FROM lettings AS l
JOIN adverts AS a ON a.publication_id = l.publication_id
LEFT JOIN advert_counts AS c ON c.publication_id = l.publication_id
LEFT JOIN (
    SELECT
        r.advert,
        COUNT(*) AS eligible,
        COUNT(r.order_value) AS numbered,
        COUNT(DISTINCT r.order_value) AS different,
        MIN(r.order_value) AS lowest,
        MAX(r.order_value) AS highest
    FROM judged_responses AS r
    JOIN adverts AS b ON b.advert = r.advert
    WHERE b.by_lottery AND r.eligible
    GROUP BY r.advert
) AS d ON d.advert = a.advert
LEFT JOIN (
    SELECT
        x.advert,
        COUNT(*) FILTER (WHERE x.order_value <> x.position) AS not_as_drawn
    FROM (
        SELECT
            y.advert,
            y.order_value,
            ROW_NUMBER() OVER (
                PARTITION BY y.advert
                ORDER BY y.draw NULLS LAST, y.response_id NULLS LAST
            ) AS position
        FROM (
            SELECT
                r.advert,
                q.response_id,
                r.order_value,
                sha256_hex(b.lottery_seed || ':' || q.response_id) AS draw
            FROM judged_responses AS r
            JOIN adverts AS b ON b.advert = r.advert
            JOIN responses AS q ON q.file_row = r.file_row
            WHERE b.by_lottery AND b.lottery_seed IS NOT NULL AND r.eligible
        ) AS y
    ) AS x
    GROUP BY x.advert
) AS s ON s.advert = a.advert
