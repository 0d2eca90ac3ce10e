-- Nobody handled or approved a letting, or an offer of it to the new tenant, who is the
-- employee whom a match with the register concerns. Internal: a match is never public.
-- Capitals and spaces in a number mean nothing.
SELECT
    h.publication_id,
    h.dwelling_id,
    h.allocation_id,
    CASE
        WHEN MAX(CASE WHEN m.employee_id = h.employee_id THEN 1 END) = 1 THEN 'failed'
        WHEN COUNT(m.employee_id) = 0 THEN 'not_applicable'
        WHEN COUNT(h.employee_id) = 0 THEN 'cannot_tell'
        ELSE 'passed'
    END AS verdict,
    'allocations.handled_by' AS missing,
    COUNT(DISTINCT m.employee_id) AS employees_matched,
    COUNT(DISTINCT CASE WHEN m.employee_id = h.employee_id THEN m.employee_id END)
        AS employees_involved
FROM (
    SELECT
        l.publication_id,
        l.dwelling_id,
        l.allocation_id,
        l.candidate_id,
        UPPER(REPLACE(l.handled_by, ' ', '')) AS employee_id
    FROM lettings AS l
    UNION ALL
    SELECT
        l.publication_id,
        l.dwelling_id,
        l.allocation_id,
        l.candidate_id,
        UPPER(REPLACE(l.approved_by, ' ', '')) AS employee_id
    FROM lettings AS l
    UNION ALL
    SELECT
        d.publication_id,
        d.dwelling_id,
        d.allocation_id,
        d.candidate_id,
        UPPER(REPLACE(d.handled_by, ' ', '')) AS employee_id
    FROM direct_lettings AS d
    UNION ALL
    SELECT
        d.publication_id,
        d.dwelling_id,
        d.allocation_id,
        d.candidate_id,
        UPPER(REPLACE(d.approved_by, ' ', '')) AS employee_id
    FROM direct_lettings AS d
    UNION ALL
    SELECT
        l.publication_id,
        l.dwelling_id,
        l.allocation_id,
        l.candidate_id,
        UPPER(REPLACE(o.handled_by, ' ', '')) AS employee_id
    FROM lettings AS l
    JOIN dated_offers AS o
        ON o.publication_id = l.publication_id
        AND o.dwelling_id = l.dwelling_id
        AND o.candidate_id = l.candidate_id
    UNION ALL
    SELECT
        l.publication_id,
        l.dwelling_id,
        l.allocation_id,
        l.candidate_id,
        UPPER(REPLACE(o.approved_by, ' ', '')) AS employee_id
    FROM lettings AS l
    JOIN dated_offers AS o
        ON o.publication_id = l.publication_id
        AND o.dwelling_id = l.dwelling_id
        AND o.candidate_id = l.candidate_id
) AS h
LEFT JOIN (
    SELECT
        i.candidate_id,
        UPPER(REPLACE(i.employee_id, ' ', '')) AS employee_id
    FROM interest_matches AS i
) AS m ON m.candidate_id = h.candidate_id
GROUP BY h.publication_id, h.dwelling_id, h.allocation_id
