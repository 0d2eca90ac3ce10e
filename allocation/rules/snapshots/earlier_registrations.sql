-- What a night keeps for REG-1 of later nights: per home-seeker the latest registration
-- date that the night shows, in the adverts that may be looked at.
SELECT
    r.candidate_id,
    MAX(r.registered_on) AS registered_on,
    :night AS night
FROM responses AS r
WHERE
    r.registered_on IS NOT NULL
    AND r.publication_id IN (SELECT p.publication_id FROM scoped_publications AS p)
GROUP BY r.candidate_id
