-- What is let and is no dwelling: parking places, garages and storage.
SELECT d.dwelling_id
FROM dwellings AS d
WHERE
    d.dwelling_type IN (
        'parking', 'covered_parking', 'motorcycle_parking', 'mobility_scooter_place', 'garage',
        'storage'
    )
