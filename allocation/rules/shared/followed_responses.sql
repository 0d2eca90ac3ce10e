-- The responses of those who became a tenant or got an offer through the same advert.
-- order_known: all that puts the response in order is known.
SELECT
    r.*,
    COALESCE(r.order_class = r.best_class, FALSE) AND r.order_value IS NOT NULL AS order_known,
    f.publication_id,
    f.candidate_id,
    q.responded_at,
    q.registered_on,
    q.registration_origin,
    q.household_size,
    q.age,
    q.household_income
FROM judged_responses AS r
JOIN followed_candidates AS f ON f.mark = r.mark
JOIN responses AS q ON q.file_row = r.file_row
