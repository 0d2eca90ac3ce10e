-- Each response to an advert that led to a letting, as it stood when the advert closed:
-- whether it counts, and what puts it in order.
--
-- is_open: not withdrawn by the home-seeker. in_time: within the response period.
-- eligible: open, in time and within the conditions of the advert; NULL when a value
-- that a condition needs is missing.
-- order_class: the first priority class that holds; 9 when none of up to eight does. Most
-- orders have few classes, so it is asked early whether there are more.
-- best_class: the first that could hold, if an age or a household size is missing.
-- Within a class the lowest order_value comes first: a moment, a lottery number, or points
-- turned round. order_known: all of this is known. unknown names the first value that is
-- missing to know whether the response counts, or else its order.
SELECT
    k.advert,
    k.candidate_id,
    k.response_id,
    k.recorded_rank,
    k.is_open,
    k.in_time,
    k.eligible,
    k.order_class,
    k.best_class,
    k.order_value,
    k.order_known,
    CASE
        WHEN k.order_known AND k.eligible IS NOT NULL THEN NULL
        WHEN k.eligible IS NULL AND k.asks_size AND k.household_size IS NULL
            THEN 'responses.household_size'
        WHEN k.eligible IS NULL AND k.asks_age AND k.age IS NULL THEN 'responses.age'
        WHEN k.eligible IS NULL THEN 'responses.household_income'
        WHEN k.ordering = 'other' THEN 'publications.ordering'
        WHEN k.order_class IS NULL THEN 'publications.priority_order'
        WHEN k.age_class < k.order_class THEN 'responses.age'
        WHEN k.size_class < k.order_class THEN 'responses.household_size'
        WHEN k.ordering = 'registration_duration' THEN 'responses.registered_on'
        WHEN k.ordering = 'lottery' THEN 'responses.lottery_number'
        ELSE 'responses.points'
    END AS unknown,
    k.is_turned_down,
    k.has_reason,
    k.is_vague
FROM (
    SELECT
        j.*,
        j.is_open AND j.in_time AND j.is_within AS eligible,
        LEAST(j.order_class, j.age_class, j.size_class) AS best_class,
        COALESCE(j.order_class = LEAST(j.order_class, j.age_class, j.size_class), FALSE)
            AND j.order_value IS NOT NULL
            AS order_known
    FROM (
        SELECT
            a.advert,
            r.candidate_id,
            r.response_id,
            r.household_size,
            r.age,
            r.recorded_rank,
            r.status IS DISTINCT FROM 'withdrawn' AS is_open,
            r.responded_at >= a.opens_at
                AND (a.closes_at IS NULL OR r.responded_at <= a.closes_at)
                AS in_time,
            (a.min_household_size IS NULL OR r.household_size >= a.min_household_size)
                AND (a.max_household_size IS NULL OR r.household_size <= a.max_household_size)
                AND (a.min_age IS NULL OR r.age >= a.min_age)
                AND (a.max_age IS NULL OR r.age <= a.max_age)
                AND (a.min_income IS NULL OR r.household_income >= a.min_income)
                AND (a.max_income IS NULL OR r.household_income <= a.max_income)
                AS is_within,
            CASE
                WHEN a.classes IS NULL THEN 9
                WHEN
                    (
                        a.kind_1 = r.priority_kind
                        AND (a.detail_1 IS NULL OR a.detail_1 = r.priority_detail)
                    )
                    OR a.age_1 <= r.age
                    OR a.size_1 <= r.household_size
                    THEN 1
                WHEN
                    (
                        a.kind_2 = r.priority_kind
                        AND (a.detail_2 IS NULL OR a.detail_2 = r.priority_detail)
                    )
                    OR a.age_2 <= r.age
                    OR a.size_2 <= r.household_size
                    THEN 2
                WHEN a.classes < 3 THEN 9
                WHEN
                    (
                        a.kind_3 = r.priority_kind
                        AND (a.detail_3 IS NULL OR a.detail_3 = r.priority_detail)
                    )
                    OR a.age_3 <= r.age
                    OR a.size_3 <= r.household_size
                    THEN 3
                WHEN
                    (
                        a.kind_4 = r.priority_kind
                        AND (a.detail_4 IS NULL OR a.detail_4 = r.priority_detail)
                    )
                    OR a.age_4 <= r.age
                    OR a.size_4 <= r.household_size
                    THEN 4
                WHEN a.classes < 5 THEN 9
                WHEN
                    (
                        a.kind_5 = r.priority_kind
                        AND (a.detail_5 IS NULL OR a.detail_5 = r.priority_detail)
                    )
                    OR a.age_5 <= r.age
                    OR a.size_5 <= r.household_size
                    THEN 5
                WHEN
                    (
                        a.kind_6 = r.priority_kind
                        AND (a.detail_6 IS NULL OR a.detail_6 = r.priority_detail)
                    )
                    OR a.age_6 <= r.age
                    OR a.size_6 <= r.household_size
                    THEN 6
                WHEN
                    (
                        a.kind_7 = r.priority_kind
                        AND (a.detail_7 IS NULL OR a.detail_7 = r.priority_detail)
                    )
                    OR a.age_7 <= r.age
                    OR a.size_7 <= r.household_size
                    THEN 7
                WHEN
                    (
                        a.kind_8 = r.priority_kind
                        AND (a.detail_8 IS NULL OR a.detail_8 = r.priority_detail)
                    )
                    OR a.age_8 <= r.age
                    OR a.size_8 <= r.household_size
                    THEN 8
                WHEN a.classes > 8 THEN NULL
                ELSE 9
            END AS order_class,
            CASE WHEN r.age IS NULL THEN a.first_age END AS age_class,
            CASE WHEN r.household_size IS NULL THEN a.first_size END AS size_class,
            CASE
                WHEN a.by_duration THEN moment_number(CAST(r.registered_on AS TIMESTAMP))
                WHEN a.by_response THEN moment_number(r.responded_at)
                WHEN a.by_lottery THEN r.lottery_number
                WHEN a.by_points THEN -r.points
            END AS order_value,
            COALESCE(r.status IN ('declined', 'rejected'), FALSE) AS is_turned_down,
            COALESCE(
                r.reason IN (
                    'no_interest', 'offer_declined', 'no_answer', 'unsuitable', 'data_incorrect',
                    'conditions_not_met'
                ),
                FALSE
            ) AS has_reason,
            r.reason = 'unsuitable' AS is_vague,
            a.ordering,
            a.asks_size,
            a.asks_age
        FROM responses AS r
        JOIN adverts AS a ON a.publication_id = r.publication_id
    ) AS j
) AS k
