-- Per home-seeker the latest registration date that the night shows: once in the adverts of
-- which the public verdicts may see a dwelling, once in the others. One look at all responses
-- serves both scopes.
SELECT
    r.candidate_id,
    p.in_public,
    MAX(r.registered_on) AS registered_on
FROM responses AS r
JOIN (
    SELECT
        q.publication_id,
        COUNT(*) FILTER (WHERE w.publication_id IS NULL) > 0 AS in_public
    FROM publications AS q
    LEFT JOIN withheld_publications AS w
        ON w.publication_id = q.publication_id AND w.dwelling_id = q.dwelling_id
    GROUP BY q.publication_id
) AS p ON p.publication_id = r.publication_id
WHERE r.registered_on IS NOT NULL
GROUP BY r.candidate_id, p.in_public
