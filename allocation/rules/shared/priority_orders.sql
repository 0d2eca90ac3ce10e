-- How many classes each priority order has, and the first class that asks an age or a
-- household size.
SELECT
    c.priority_order,
    c.order_number,
    MAX(c.class) AS classes,
    MIN(CASE WHEN c.age IS NOT NULL THEN c.class END) AS first_age,
    MIN(CASE WHEN c.size IS NOT NULL THEN c.class END) AS first_size
FROM priority_classes AS c
GROUP BY c.priority_order, c.order_number
