-- Per letting: who stood ahead of the new tenant, and why they did not get the dwelling.
-- Who stood level with the tenant is not ahead. Who someone is only matters where they got
-- an offer or a dwelling: those are among the followed responses.
--
-- ahead: eligible and strictly before the tenant. elsewhere: got another dwelling of the
-- same advert; a garage is no other dwelling. no_record: neither that, nor an offer that came
-- to nothing, nor turned down.
-- no_reason: on record, but without any reason from the list. perhaps: could be ahead
-- without a record, but a value is missing to tell. The last four are for the reasons:
-- passed_over is who is on record, with unreasoned, vague_unmotivated and vague_unhandled
-- the ones among them whose record falls short.
SELECT
    c.publication_id,
    c.dwelling_id,
    COUNT(*) FILTER (WHERE c.is_ahead) AS ahead,
    COUNT(*) FILTER (WHERE c.is_ahead AND c.is_elsewhere) AS elsewhere,
    COUNT(*) FILTER (WHERE c.is_ahead AND NOT c.is_elsewhere AND NOT c.on_record) AS no_record,
    COUNT(*) FILTER (
        WHERE c.is_ahead AND NOT c.is_elsewhere AND c.on_record AND NOT c.some_reason
    ) AS no_reason,
    COUNT(c.perhaps_unknown) AS perhaps,
    MIN(c.perhaps_unknown) AS perhaps_unknown,
    COUNT(*) FILTER (WHERE c.is_ahead AND c.on_record) AS passed_over,
    COUNT(*) FILTER (WHERE c.is_ahead AND c.on_record AND NOT c.every_reason) AS unreasoned,
    COUNT(*) FILTER (WHERE c.is_ahead AND c.on_record AND c.vague_unmotivated)
        AS vague_unmotivated,
    COUNT(*) FILTER (WHERE c.is_ahead AND c.vague_unhandled) AS vague_unhandled
FROM (
    SELECT
        x.*,
        CASE
            WHEN NOT x.is_ahead AND NOT x.is_elsewhere AND NOT (x.on_record AND x.some_reason)
                THEN x.unknown
        END AS perhaps_unknown
    FROM (
        SELECT
            p.publication_id,
            p.dwelling_id,
            COALESCE(p.eligible AND p.is_before, FALSE) AS is_ahead,
            p.unknown,
            e.candidate_id IS NOT NULL AS is_elsewhere,
            q.is_turned_down OR o.closed IS NOT NULL AS on_record,
            q.has_reason OR COALESCE(o.with_reason > 0, FALSE) AS some_reason,
            q.has_reason OR COALESCE(o.with_reason = o.closed, FALSE) AS every_reason,
            o.vague_unmotivated > 0
                OR (q.is_vague AND COALESCE(o.unreasoned_unmotivated > 0, TRUE))
                AS vague_unmotivated,
            o.vague_unhandled > 0 AS vague_unhandled
        FROM (
            SELECT
                t.publication_id,
                t.dwelling_id,
                t.is_dwelling,
                t.candidate_id AS tenant,
                r.file_row,
                r.eligible,
                r.unknown,
                r.order_class < t.order_class
                    OR (
                        r.order_class = t.order_class
                        AND r.order_value < t.order_value
                    ) AS is_before,
                r.best_class < t.order_class
                    OR (
                        r.best_class = t.order_class
                        AND (r.order_value < t.order_value OR r.order_value IS NULL)
                    ) AS may_be_before
            FROM new_tenants AS t
            JOIN judged_responses AS r ON r.advert = t.advert
            WHERE
                t.order_known
                AND COALESCE(r.eligible, TRUE)
        ) AS p
        JOIN (
            SELECT
                d.file_row,
                COALESCE(d.status IN ('declined', 'rejected'), FALSE) AS is_turned_down,
                COALESCE(
                    d.reason IN (
                        'no_interest', 'offer_declined', 'no_answer', 'unsuitable',
                        'data_incorrect', 'conditions_not_met'
                    ),
                    FALSE
                ) AS has_reason,
                d.reason = 'unsuitable' AS is_vague
            FROM responses AS d
        ) AS q ON q.file_row = p.file_row
        LEFT JOIN followed_responses AS f ON f.file_row = p.file_row
        LEFT JOIN closed_offers AS o
            ON o.publication_id = p.publication_id AND o.candidate_id = f.candidate_id
        LEFT JOIN (
            SELECT
                a.publication_id,
                a.candidate_id,
                u.dwelling_id IS NULL AS is_dwelling,
                MIN(a.dwelling_id) AS first_dwelling,
                MAX(a.dwelling_id) AS last_dwelling
            FROM scoped_allocations AS a
            LEFT JOIN other_units AS u ON u.dwelling_id = a.dwelling_id
            GROUP BY a.publication_id, a.candidate_id, u.dwelling_id IS NULL
        ) AS e
            ON e.publication_id = p.publication_id
            AND e.candidate_id = f.candidate_id
            AND e.is_dwelling = p.is_dwelling
            AND (e.first_dwelling <> p.dwelling_id OR e.last_dwelling <> p.dwelling_id)
        WHERE p.may_be_before AND f.candidate_id IS DISTINCT FROM p.tenant
    ) AS x
) AS c
GROUP BY c.publication_id, c.dwelling_id
