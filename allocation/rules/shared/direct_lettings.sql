-- The lettings without an advert: direct allocations. One that names an advert which was
-- not of that dwelling is none through an advert.
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
WHERE
    NOT EXISTS (
        SELECT p.publication_id
        FROM publications AS p
        WHERE p.publication_id = a.publication_id AND p.dwelling_id = a.dwelling_id
    )
