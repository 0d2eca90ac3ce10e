-- The dwelling went to the first in rank who was eligible and was not passed over with a
-- listed reason. Everyone strictly ahead of the new tenant got another dwelling of the
-- same advert, or is on record as declined, withdrawn or rejected, with a listed reason.
-- In public, who got a dwelling of the advert that is not shown as let cannot be told.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN t.responses = 0 OR NOT t.eligible THEN 'failed'
        WHEN t.eligible IS NULL OR NOT t.order_known THEN 'cannot_tell'
        WHEN
            h.no_record + h.no_reason > 0
            AND :scope = 'releasable' AND n.dwellings_let < a.dwellings
            THEN 'cannot_tell'
        WHEN h.no_record + h.no_reason > 0 THEN 'failed'
        WHEN h.perhaps > 0 THEN 'cannot_tell'
        ELSE 'passed'
    END AS verdict,
    COALESCE(t.unknown, h.perhaps_unknown, 'allocations.candidate_id') AS missing,
    COALESCE(h.ahead, 0) AS ahead,
    COALESCE(h.elsewhere, 0) AS elsewhere,
    COALESCE(h.no_record, 0) AS no_record,
    COALESCE(h.no_reason, 0) AS no_reason,
    COALESCE(h.perhaps, 0) AS perhaps_ahead,
    t.recorded_rank,
    t.eligible AS tenant_eligible
FROM new_tenants AS t
JOIN adverts AS a ON a.publication_id = t.publication_id
JOIN (
    SELECT
        l.publication_id,
        COUNT(CASE WHEN l.is_dwelling THEN l.allocation_id END) AS dwellings_let
    FROM lettings AS l
    GROUP BY l.publication_id
) AS n ON n.publication_id = t.publication_id
LEFT JOIN ahead AS h ON h.publication_id = t.publication_id AND h.dwelling_id = t.dwelling_id
