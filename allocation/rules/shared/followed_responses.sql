-- The responses of those who became a tenant or got an offer through the same advert.
SELECT
    r.*,
    q.responded_at,
    q.registered_on,
    q.registration_origin,
    q.household_size,
    q.age,
    q.household_income
FROM judged_responses AS r
JOIN (
    SELECT
        a.publication_id,
        a.candidate_id
    FROM scoped_allocations AS a
    UNION
    SELECT
        o.publication_id,
        o.candidate_id
    FROM dated_offers AS o
) AS f ON f.publication_id = r.publication_id AND f.candidate_id = r.candidate_id
JOIN responses AS q
    ON q.response_id = r.response_id AND q.publication_id = r.publication_id
