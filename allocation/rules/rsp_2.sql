-- Nobody has more than one response on the advert, withdrawn ones left out.
-- Home-seekers are counted only in adverts where two responses have an equal mark: those of
-- one home-seeker always have. Elsewhere each response is of somebody else.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN c.open_responses > COALESCE(d.home_seekers, c.open_responses) THEN 'failed'
        ELSE 'passed'
    END AS verdict,
    NULL AS missing,
    COALESCE(c.open_responses, 0) AS responses_open,
    COALESCE(d.home_seekers, c.open_responses, 0) AS home_seekers
FROM lettings AS l
LEFT JOIN advert_counts AS c ON c.publication_id = l.publication_id
LEFT JOIN (
    SELECT
        r.advert,
        COUNT(DISTINCT r.candidate_id) AS home_seekers
    FROM judged_responses AS r
    WHERE
        r.is_open
        AND r.advert IN (
            SELECT advert_of(m.mark)
            FROM (
                SELECT
                    k.mark,
                    LAG(k.mark) OVER (ORDER BY k.mark NULLS LAST) AS previous
                FROM (
                    SELECT response_mark(o.advert, o.candidate_id) AS mark
                    FROM judged_responses AS o
                    WHERE o.is_open
                ) AS k
            ) AS m
            WHERE m.mark = m.previous
        )
    GROUP BY r.advert
) AS d ON d.advert = c.advert
