-- Per advert, the recorded ranks that follow each other: how many are equal to the one
-- before, and how often the later is strictly before the earlier. Where ranks are equal they
-- do not say who follows whom: there out_of_order is left to RNK-1.
-- All adverts stand in one order, by advert and then by rank: a step is such a place.
SELECT
    s.advert,
    COUNT(*) FILTER (WHERE s.step = s.previous_step) AS doubled,
    CASE
        WHEN COUNT(*) FILTER (WHERE s.step = s.previous_step) = 0 THEN
            COUNT(*) FILTER (
                WHERE
                    s.advert = advert_of(s.previous_step)
                    AND (
                        s.order_class < s.previous_class
                        OR (
                            s.order_class = s.previous_class
                            AND s.order_value < s.previous_value
                        )
                    )
            )
    END AS out_of_order
FROM (
    SELECT
        advert_of(k.step) AS advert,
        k.step,
        k.order_class,
        k.order_value,
        LAG(k.step) OVER steps AS previous_step,
        LAG(k.best_class) OVER steps AS previous_class,
        LAG(k.order_value) OVER steps AS previous_value
    FROM (
        SELECT
            rank_mark(r.advert, r.recorded_rank) AS step,
            r.order_class,
            r.best_class,
            r.order_value
        FROM judged_responses AS r
        WHERE r.recorded_rank IS NOT NULL
    ) AS k
    WINDOW steps AS (ORDER BY k.step NULLS LAST)
) AS s
GROUP BY s.advert
