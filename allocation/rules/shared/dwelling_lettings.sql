-- All lettings of dwellings, with or without an advert; parking places and storage are no
-- dwellings. Status holders and students count as target households by law.
SELECT
    a.allocation_id,
    a.publication_id,
    a.dwelling_id,
    a.candidate_id,
    a.allocated_on,
    a.household_size,
    a.household_income,
    a.senior_household,
    a.bare_rent,
    a.priority_kind,
    d.daeb,
    COALESCE(a.target_group = 'students', FALSE)
        OR COALESCE(a.additional_target_group IN ('status_holders', 'foreign_students'), FALSE)
        OR COALESCE(a.priority_detail = 'status_holder', FALSE)
        OR COALESCE(a.direct_ground = 'status_holder', FALSE)
        AS is_target
FROM scoped_allocations AS a
LEFT JOIN dwellings AS d ON d.dwelling_id = a.dwelling_id
LEFT JOIN other_units AS u ON u.dwelling_id = a.dwelling_id
WHERE u.dwelling_id IS NULL
