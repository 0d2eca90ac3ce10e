-- The offers that may be looked at, with their days in the Netherlands, and whether one
-- that came to nothing was put on record as agreed: a vague reason needs a motivation and
-- an approver who is not the handler.
-- For the public verdicts, what is withheld is left out here.
SELECT
    o.publication_id,
    o.dwelling_id,
    o.candidate_id,
    o.offer_id,
    o.offered_at,
    o.answered_at,
    o.status,
    o.reason,
    o.handled_by,
    o.approved_by,
    local_date(o.offered_at) AS offered_on,
    local_date(o.answered_at) AS answered_on,
    COALESCE(o.answered_at, o.expires_at) AS ended_at,
    o.status IN ('declined', 'withdrawn') AS came_to_nothing,
    o.reason IN ('unsuitable', 'co_optation_failed', 'wrongly_offered') AS is_vague,
    COALESCE(TRIM(o.motivation), '') <> ''
        AND o.approved_by IS NOT NULL
        AND o.approved_by IS DISTINCT FROM o.handled_by
        AS is_motivated
FROM offers AS o
WHERE
    :scope = 'all'
    OR NOT EXISTS (
        SELECT w.publication_id
        FROM withheld_publications AS w
        WHERE w.publication_id = o.publication_id AND w.dwelling_id = o.dwelling_id
    )
