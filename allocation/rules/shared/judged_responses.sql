-- Each response to an advert that led to a letting, as it stood when the advert closed:
-- whether it counts, and what puts it in order.
--
-- is_open: not withdrawn by the home-seeker. in_time: within the response period.
-- eligible: open, in time and within the conditions of the advert; NULL when a value
-- that a condition needs is missing.
-- order_class: the first priority class that holds; 9 when none of up to eight does.
-- best_class: the first that could hold, if an age or a household size is missing.
-- Within a class the lowest order_value comes first: a moment, a lottery number, or points
-- turned round. unknown names the first value that is missing to know whether the response
-- counts, or else its order. mark: a number that all responses of one home-seeker to the
-- advert have. file_row: the row of the file that the response stands in.
SELECT
    k.advert,
    k.mark,
    k.file_row,
    k.recorded_rank,
    k.is_open,
    k.in_time,
    k.eligible,
    k.order_class,
    k.best_class,
    k.order_value,
    CASE
        WHEN k.order_known AND k.eligible IS NOT NULL THEN NULL
        WHEN k.eligible IS NULL AND k.asks_size AND k.household_size IS NULL
            THEN column_name('responses.household_size')
        WHEN k.eligible IS NULL AND k.asks_age AND k.age IS NULL THEN column_name('responses.age')
        WHEN k.eligible IS NULL THEN column_name('responses.household_income')
        WHEN k.by_other THEN column_name('publications.ordering')
        WHEN k.order_class IS NULL THEN column_name('publications.priority_order')
        WHEN k.age_class < k.order_class THEN column_name('responses.age')
        WHEN k.size_class < k.order_class THEN column_name('responses.household_size')
        WHEN k.by_duration THEN column_name('responses.registered_on')
        WHEN k.by_lottery THEN column_name('responses.lottery_number')
        ELSE column_name('responses.points')
    END AS unknown
FROM (
    SELECT
        j.*,
        j.is_open AND j.in_time AND j.is_within AS eligible,
        LEAST(j.order_class, j.age_class, j.size_class) AS best_class,
        j.order_class = LEAST(j.order_class, j.age_class, j.size_class)
            AND j.order_value IS NOT NULL
            AS order_known
    FROM (
        SELECT
            a.advert,
            response_mark(a.advert, r.candidate_id) AS mark,
            r.file_row,
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
                WHEN LEAST(by_kind.class, by_detail.class, by_age.class, by_size.class) <= 8
                    THEN LEAST(by_kind.class, by_detail.class, by_age.class, by_size.class)
                WHEN a.classes > 8 THEN NULL
                ELSE 9
            END AS order_class,
            CASE WHEN r.age IS NULL THEN a.first_age END AS age_class,
            CASE WHEN r.household_size IS NULL THEN a.first_size END AS size_class,
            CASE
                WHEN a.by_duration THEN day_number(r.registered_on)
                WHEN a.by_response THEN moment_number(r.responded_at)
                WHEN a.by_lottery THEN r.lottery_number
                WHEN a.by_points THEN -r.points
            END AS order_value,
            a.by_duration,
            a.by_lottery,
            a.by_other,
            a.asks_size,
            a.asks_age
        FROM responses AS r
        JOIN adverts AS a ON a.publication_id = r.publication_id
        LEFT JOIN classes_by_kind AS by_kind
            ON by_kind.order_number = a.order_number AND by_kind.kind = r.priority_kind
        LEFT JOIN classes_by_detail AS by_detail
            ON by_detail.order_number = a.order_number
            AND by_detail.kind = r.priority_kind
            AND by_detail.detail = r.priority_detail
        LEFT JOIN classes_by_age AS by_age
            ON by_age.order_number = a.order_number AND by_age.age = r.age
        LEFT JOIN classes_by_size AS by_size
            ON by_size.order_number = a.order_number AND by_size.size = r.household_size
    ) AS j
) AS k
