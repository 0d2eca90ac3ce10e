-- How many responses each advert got that led to a letting, in one pass over all responses.
SELECT
    a.publication_id,
    n.*
FROM (
    SELECT
        r.advert,
        COUNT_IF(r.is_open) AS open_responses,
        COUNT_IF(r.eligible) AS eligible,
        COUNT_IF(r.eligible IS NULL) AS unknown_eligible,
        MIN(CASE WHEN r.eligible IS NULL THEN r.unknown END) AS eligible_unknown,
        COUNT(r.unknown) FILTER (WHERE r.eligible) AS unknown_order,
        MIN(CASE WHEN r.eligible THEN r.unknown END) AS order_unknown,
        COUNT(r.recorded_rank) AS ranked,
        MAX(r.recorded_rank) AS last_rank,
        COUNT_IF(r.eligible AND r.recorded_rank IS NOT NULL) AS ranked_eligible,
        COUNT_IF(NOT r.eligible AND r.recorded_rank IS NOT NULL) AS ranked_ineligible,
        COUNT_IF(r.is_open AND NOT r.in_time) AS late,
        COUNT_IF(r.is_open AND NOT r.in_time AND r.recorded_rank IS NOT NULL) AS late_ranked
    FROM judged_responses AS r
    GROUP BY r.advert
) AS n
JOIN adverts AS a ON a.advert = n.advert
