-- The responses of those who became a tenant or got an offer through the same advert.
SELECT
    r.*,
    f.publication_id,
    q.responded_at,
    q.registered_on,
    q.registration_origin,
    q.household_size,
    q.age,
    q.household_income
FROM judged_responses AS r
JOIN followed_candidates AS f ON f.advert = r.advert AND f.candidate_id = r.candidate_id
JOIN responses AS q ON q.response_id = r.response_id
