-- Share of the lettings of dwellings that went through the offer model.
SELECT
    a.allocation_id,
    EXTRACT(YEAR FROM a.allocated_on) AS letting_year,
    CASE
        WHEN a.publication_id IS NOT NULL AND p.model IS NULL THEN 'publications.model'
    END AS left_out,
    COALESCE(p.model = 'offer_model', FALSE) AS counts
FROM dwelling_lettings AS a
LEFT JOIN scoped_publications AS p
    ON p.publication_id = a.publication_id AND p.dwelling_id = a.dwelling_id
