-- Each priority order that adverts have, taken apart: a row for each class, first class first.
-- A class is a kind of priority, or a kind and its detail, or an age or a household size
-- from which it holds. An order of more than eight classes is not judged.
-- order_number: a short number for the order, by which its classes are looked up.
SELECT
    e.priority_order,
    e.order_number,
    e.class,
    e.entry,
    CASE WHEN e.entry NOT LIKE '%:%' THEN SPLIT_PART(e.entry, '.', 1) END AS kind,
    CASE WHEN e.entry LIKE '%.%' THEN SPLIT_PART(e.entry, '.', 2) END AS detail,
    CASE WHEN e.entry LIKE 'age:%' THEN TRY_CAST(SPLIT_PART(e.entry, ':', 2) AS INT) END AS age,
    CASE WHEN e.entry LIKE 'size:%' THEN TRY_CAST(SPLIT_PART(e.entry, ':', 2) AS INT) END AS size
FROM (
    SELECT
        p.priority_order,
        p.order_number,
        n.class,
        SPLIT_PART(REPLACE(p.priority_order, ' ', ''), '>', n.class) AS entry
    FROM (
        SELECT
            q.priority_order,
            ROW_NUMBER() OVER (ORDER BY q.priority_order NULLS LAST) AS order_number
        FROM publications AS q
        WHERE q.priority_order IS NOT NULL
        GROUP BY q.priority_order
    ) AS p
    CROSS JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS n (class)
) AS e
WHERE e.entry <> ''
