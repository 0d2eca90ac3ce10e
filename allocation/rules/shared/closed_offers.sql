-- Per advert and candidate, the offers that came to nothing (declined or withdrawn), for
-- any dwelling of the advert, and how they were put on record.
SELECT
    o.publication_id,
    o.candidate_id,
    COUNT(*) AS closed,
    COUNT(o.reason) AS with_reason,
    COUNT(*) FILTER (WHERE o.is_vague AND NOT o.is_motivated) AS vague_unmotivated,
    COUNT(*) FILTER (WHERE o.reason IS NULL AND NOT o.is_motivated) AS unreasoned_unmotivated,
    COUNT(*) FILTER (WHERE o.is_vague AND o.handled_by IS NULL) AS vague_unhandled
FROM dated_offers AS o
WHERE o.came_to_nothing
GROUP BY o.publication_id, o.candidate_id
