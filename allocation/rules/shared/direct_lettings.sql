-- The lettings without an advert: direct allocations.
SELECT
    a.publication_id,
    a.dwelling_id,
    a.allocation_id,
    a.candidate_id,
    a.allocated_on,
    a.direct_ground,
    a.handled_by,
    a.approved_by
FROM scoped_allocations AS a
WHERE a.publication_id IS NULL
