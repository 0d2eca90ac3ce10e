-- Per advert, the recorded ranks that follow each other: how many are equal to the one
-- before, and how often the later is strictly before the earlier. Where ranks are equal they
-- do not say who follows whom: there out_of_order is left to RNK-1.
SELECT
    s.advert,
    COUNT(*) FILTER (WHERE s.recorded_rank = s.previous_rank) AS doubled,
    CASE
        WHEN COUNT(*) FILTER (WHERE s.recorded_rank = s.previous_rank) = 0 THEN
            COUNT(*) FILTER (
                WHERE
                    s.order_class < s.previous_class
                    OR (
                        s.order_class = s.previous_class
                        AND (
                            s.order_moment < s.previous_moment
                            OR s.order_number < s.previous_number
                        )
                    )
            )
    END AS out_of_order
FROM (
    SELECT
        r.advert,
        r.recorded_rank,
        r.order_class,
        r.order_moment,
        r.order_number,
        LAG(r.recorded_rank) OVER steps AS previous_rank,
        LAG(r.best_class) OVER steps AS previous_class,
        LAG(r.order_moment) OVER steps AS previous_moment,
        LAG(r.order_number) OVER steps AS previous_number
    FROM judged_responses AS r
    WHERE r.recorded_rank IS NOT NULL
    WINDOW steps AS (PARTITION BY r.advert ORDER BY r.recorded_rank NULLS LAST)
) AS s
GROUP BY s.advert
