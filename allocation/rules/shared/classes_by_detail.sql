-- The class of each kind of priority that a priority order names with a detail.
SELECT
    c.order_number,
    c.kind,
    c.detail,
    MIN(c.class) AS class
FROM priority_classes AS c
GROUP BY c.order_number, c.kind, c.detail
