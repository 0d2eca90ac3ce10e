-- The class of each kind of priority that a priority order names without a detail.
SELECT
    c.order_number,
    c.kind,
    MIN(c.class) AS class
FROM priority_classes AS c
WHERE c.detail IS NULL
GROUP BY c.order_number, c.kind
