-- A direct allocation has an agreed ground and an approver.
SELECT
    d.publication_id,
    d.dwelling_id,
    d.allocation_id,
    CASE
        WHEN d.direct_ground <> 'none' AND d.approved_by IS NOT NULL THEN 'passed'
        ELSE 'failed'
    END AS verdict,
    NULL AS missing,
    COALESCE(d.direct_ground <> 'none', FALSE) AS has_ground,
    d.approved_by IS NOT NULL AS has_approver
FROM direct_lettings AS d
