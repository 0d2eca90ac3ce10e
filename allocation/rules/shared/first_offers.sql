-- The first offer of each dwelling to each candidate who has an eligible response, with
-- what puts that candidate in order.
SELECT
    o.publication_id,
    o.dwelling_id,
    o.candidate_id,
    MIN(o.offered_at) AS offered_at,
    MIN(r.order_class) AS order_class,
    MIN(r.best_class) AS best_class,
    MIN(r.order_value) AS order_value,
    MIN(r.unknown) AS unknown
FROM dated_offers AS o
JOIN followed_responses AS r
    ON r.publication_id = o.publication_id AND r.candidate_id = o.candidate_id
WHERE r.eligible
GROUP BY o.publication_id, o.dwelling_id, o.candidate_id
