-- The lettings that may be looked at; a sale is no letting.
-- For the public verdicts, what is withheld is left out here.
SELECT a.*
FROM allocations AS a
WHERE
    a.tenure = 'let'
    AND (
        :scope = 'all'
        OR NOT EXISTS (
            SELECT w.allocation_id
            FROM withheld_allocations AS w
            WHERE w.allocation_id = a.allocation_id
        )
    )
