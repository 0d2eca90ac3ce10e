-- Everyone who was passed over has a reason from the closed list. A vague reason
-- (unsuitable, co-optation failed, wrongly offered) has a motivation and an approver who
-- is not the handler.
SELECT
    t.publication_id,
    t.dwelling_id,
    t.allocation_id,
    CASE
        WHEN h.unreasoned > 0 OR h.vague_unmotivated > 0 THEN 'failed'
        WHEN t.responses = 0 OR NOT t.order_known THEN 'cannot_tell'
        WHEN h.vague_unhandled > 0 THEN 'cannot_tell'
        ELSE 'passed'
    END AS verdict,
    CASE
        WHEN t.responses = 0 THEN 'responses.response_id'
        WHEN NOT t.order_known THEN t.unknown
        ELSE 'offers.handled_by'
    END AS missing,
    COALESCE(h.passed_over, 0) AS passed_over,
    COALESCE(h.unreasoned, 0) AS unreasoned,
    COALESCE(h.vague_unmotivated, 0) AS vague_unmotivated
FROM new_tenants AS t
LEFT JOIN ahead AS h ON h.publication_id = t.publication_id AND h.dwelling_id = t.dwelling_id
