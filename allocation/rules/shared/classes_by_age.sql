-- The first class of a priority order that holds at each age; whole_numbers are those from
-- 0 to 999.
SELECT
    c.order_number,
    n.number AS age,
    MIN(c.class) AS class
FROM priority_classes AS c
JOIN whole_numbers AS n ON n.number >= c.age
GROUP BY c.order_number, n.number
