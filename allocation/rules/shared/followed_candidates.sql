-- Who became a tenant or got an offer, once for each advert.
SELECT
    response_mark(a.advert, c.candidate_id) AS mark,
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
