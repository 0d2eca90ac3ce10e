-- Nobody has more than one response on the advert, withdrawn ones left out.
-- Each home-seeker has a mark of their own in an advert: responses with equal marks are of
-- one home-seeker.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN d.advert IS NOT NULL THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    NULL AS missing,
    COALESCE(c.open_responses, 0) AS responses_open,
    COALESCE(c.open_responses, 0) - COALESCE(d.again, 0) AS home_seekers
FROM lettings AS l
LEFT JOIN advert_counts AS c ON c.publication_id = l.publication_id
LEFT JOIN (
    SELECT
        r.advert,
        COUNT(*) - COUNT(DISTINCT r.mark) AS again
    FROM judged_responses AS r
    WHERE
        r.is_open
        AND r.mark IN (
            SELECT m.mark
            FROM (
                SELECT
                    o.mark,
                    LAG(o.mark) OVER (ORDER BY o.mark NULLS LAST) AS previous
                FROM judged_responses AS o
                WHERE o.is_open
            ) AS m
            WHERE m.mark = m.previous
        )
    GROUP BY r.advert
) AS d ON d.advert = c.advert
