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
JOIN (
    SELECT
        a.advert,
        c.publication_id,
        c.candidate_id
    FROM (
        SELECT
            t.publication_id,
            t.candidate_id
        FROM scoped_allocations AS t
        UNION
        SELECT
            o.publication_id,
            o.candidate_id
        FROM dated_offers AS o
    ) AS c
    JOIN adverts AS a ON a.publication_id = c.publication_id
) AS f ON f.advert = r.advert AND f.candidate_id = r.candidate_id
JOIN responses AS q ON q.response_id = r.response_id
