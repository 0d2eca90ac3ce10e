-- The recorded ranks are those of the conditions, the priority order and the ordering.
-- Every eligible response has a rank and no other has one; no two are equal; they run from
-- 1 without a gap; and of two that follow each other, the later is never strictly before
-- the earlier. Those who are level may stand in any order. Where a value is missing, only
-- what is wrong with every value that it could have is out of order. Equal ranks follow
-- each other as they do in the file.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE
        WHEN c.ranked_ineligible > 0 OR w.doubled > 0 OR w.out_of_order > 0 THEN 'failed'
        WHEN c.ranked = 0 AND c.eligible + c.unknown_eligible > 0 THEN 'cannot_tell'
        WHEN c.ranked_eligible < c.eligible OR c.last_rank <> c.ranked THEN 'failed'
        WHEN c.unknown_eligible > 0 OR c.unknown_order > 0 THEN 'cannot_tell'
        ELSE 'passed'
    END AS verdict,
    CASE
        WHEN c.ranked = 0 THEN 'responses.recorded_rank'
        ELSE COALESCE(c.eligible_unknown, c.order_unknown)
    END AS missing,
    COALESCE(c.eligible, 0) AS eligible,
    COALESCE(c.ranked, 0) AS ranked,
    COALESCE(c.eligible - c.ranked_eligible, 0) AS unranked,
    COALESCE(c.ranked_ineligible, 0) AS ranked_ineligible,
    COALESCE(w.doubled, 0) AS ranked_equal,
    COALESCE(w.out_of_order, e.out_of_order, 0) AS out_of_order
FROM lettings AS l
LEFT JOIN advert_counts AS c ON c.publication_id = l.publication_id
LEFT JOIN rank_steps AS w ON w.advert = c.advert
LEFT JOIN (
    SELECT
        s.advert,
        COUNT(*) FILTER (
            WHERE
                s.order_class < s.previous_class
                OR (
                    s.order_class = s.previous_class
                    AND s.order_value < s.previous_value
                )
        ) AS out_of_order
    FROM (
        SELECT
            r.advert,
            r.order_class,
            r.order_value,
            LAG(r.best_class) OVER steps AS previous_class,
            LAG(r.order_value) OVER steps AS previous_value
        FROM judged_responses AS r
        WHERE
            r.recorded_rank IS NOT NULL
            AND r.advert IN (SELECT d.advert FROM rank_steps AS d WHERE d.doubled > 0)
        WINDOW steps AS (
            PARTITION BY r.advert
            ORDER BY r.recorded_rank NULLS LAST, r.file_row NULLS LAST
        )
    ) AS s
    GROUP BY s.advert
) AS e ON e.advert = c.advert
