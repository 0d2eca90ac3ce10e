-- A direct allocation has an agreed ground, and somebody else than the handler approved it.
SELECT
    d.publication_id,
    d.dwelling_id,
    d.allocation_id,
    CASE
        WHEN
            d.direct_ground <> 'none'
            AND d.approved_by IS NOT NULL
            AND d.approved_by IS DISTINCT FROM d.handled_by
            THEN 'passed'
        ELSE 'failed'
    END AS verdict,
    NULL AS missing,
    COALESCE(d.direct_ground <> 'none', FALSE) AS has_ground,
    d.approved_by IS NOT NULL AS has_approver,
    COALESCE(d.approved_by = d.handled_by, FALSE) AS approved_own
FROM direct_lettings AS d
