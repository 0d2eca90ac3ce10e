-- The publications that may be looked at, one row for each advert and dwelling,
-- with the days on which they open and close in the Netherlands. is_dwelling: not a garage
-- or the like.
-- For the public verdicts, what is withheld is left out here.
SELECT
    p.*,
    local_date(p.opens_at) AS opens_on,
    local_date(p.closes_at) AS closes_on,
    u.dwelling_id IS NULL AS is_dwelling
FROM publications AS p
LEFT JOIN other_units AS u ON u.dwelling_id = p.dwelling_id
WHERE
    :scope = 'all'
    OR NOT EXISTS (
        SELECT w.publication_id
        FROM withheld_publications AS w
        WHERE w.publication_id = p.publication_id AND w.dwelling_id = p.dwelling_id
    )
