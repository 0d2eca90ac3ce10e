-- Within the agreed number of days after closing it is on record what became of the
-- dwelling: an allocation (for this advert, or without an advert since it opened), or a
-- status that says that it was not let.
SELECT
    p.publication_id,
    p.dwelling_id,
    MAX(a.allocation_id) AS allocation_id,
    CASE
        WHEN COUNT(a.allocation_id) > 0 OR p.status = 'withdrawn' THEN 'passed'
        WHEN
            p.status = 'completed'
            AND p.detail_status NOT IN (
                'allocated', 'let_subject_to_contract', 'under_bid', 'under_option'
            )
            THEN 'passed'
        WHEN p.closes_on + INTERVAL '1' DAY * :outcome_days < :today THEN 'failed'
        ELSE 'not_applicable'
    END AS verdict,
    NULL AS missing,
    p.closes_on,
    :outcome_days AS days_agreed
FROM scoped_publications AS p
LEFT JOIN allocations AS a
    ON a.dwelling_id = p.dwelling_id
    AND (
        a.publication_id = p.publication_id
        OR (a.publication_id IS NULL AND a.allocated_on >= p.opens_on)
    )
GROUP BY p.publication_id, p.dwelling_id, p.status, p.detail_status, p.closes_on
