-- Each letting with the response of its new tenant; empty columns when there is none.
-- Of several, an eligible one is taken, else one that may be, else an open one; then the
-- earliest, and of those the first in the file.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    l.candidate_id,
    l.is_dwelling,
    r.advert,
    r.responded_at,
    r.registered_on,
    r.registration_origin,
    r.household_size,
    r.age,
    r.household_income,
    r.recorded_rank,
    COALESCE(r.responses, 0) AS responses,
    r.eligible,
    r.order_class,
    r.order_value,
    r.order_known,
    r.unknown
FROM lettings AS l
LEFT JOIN (
    SELECT
        f.*,
        COUNT(*) OVER (PARTITION BY f.publication_id, f.candidate_id) AS responses,
        ROW_NUMBER() OVER (
            PARTITION BY f.publication_id, f.candidate_id
            ORDER BY
                CASE
                    WHEN f.eligible THEN 1
                    WHEN f.eligible IS NULL THEN 2
                    WHEN f.is_open THEN 3
                    ELSE 4
                END NULLS LAST,
                f.responded_at NULLS LAST,
                f.file_row NULLS LAST
        ) AS turn
    FROM followed_responses AS f
) AS r
    ON r.publication_id = l.publication_id AND r.candidate_id = l.candidate_id AND r.turn = 1
