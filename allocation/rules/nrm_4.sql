-- Share of the lettings through an advert that went to a household with priority for a
-- local connection.
SELECT
    a.allocation_id,
    EXTRACT(YEAR FROM a.allocated_on) AS letting_year,
    CASE WHEN a.priority_kind IS NULL THEN 'allocations.priority_kind' END AS left_out,
    a.priority_kind = 'local_connection' AS counts
FROM dwelling_lettings AS a
WHERE a.publication_id IS NOT NULL
