-- What a night keeps for REG-1 of later nights: per home-seeker the latest registration
-- date that the night shows, in the adverts that may be looked at.
SELECT
    s.candidate_id,
    MAX(s.registered_on) AS registered_on,
    :night AS night
FROM shown_registrations AS s
WHERE :scope = 'all' OR s.in_public
GROUP BY s.candidate_id
