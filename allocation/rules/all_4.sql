-- Two different people handled and approved the allocation, and both are on record.
SELECT
    l.publication_id,
    l.dwelling_id,
    l.allocation_id,
    CASE WHEN l.handled_by <> l.approved_by THEN 'passed' ELSE 'failed' END AS verdict,
    NULL AS missing,
    l.handled_by IS NOT NULL AS has_handler,
    l.approved_by IS NOT NULL AS has_approver
FROM lettings AS l
