-- Which pairs are compared at all: two persons who share at least one key.
-- Every key leaves something out, so that an error in any one field still
-- meets through another.  Input: screening_people (side, idx, surname, given,
-- y, m, d), screening_surname_words and screening_given_words (code, sound),
-- screening_addresses (side, idx, postcode, number, street).
CREATE OR REPLACE TEMP TABLE screening_family AS
SELECT DISTINCT p.side, p.idx, w.sound, left(w.sound, 1) AS letter, left(w.sound, 3) AS head,
       p.y, p.m, p.d
FROM screening_people AS p
JOIN screening_surname_words AS w ON w.code = p.surname;

CREATE OR REPLACE TEMP TABLE screening_first AS
SELECT DISTINCT p.side, p.idx, w.sound, left(w.sound, 1) AS letter, p.y, p.m, p.d
FROM screening_people AS p
JOIN screening_given_words AS w ON w.code = p.given;

CREATE OR REPLACE TEMP TABLE screening_either AS
SELECT side, idx, sound, letter FROM screening_family
UNION SELECT side, idx, sound, letter FROM screening_first;

CREATE OR REPLACE TEMP VIEW screening_keys AS
WITH masked AS (
    SELECT side, idx, i, y || m || d AS birth
    FROM screening_people CROSS JOIN range(1, 9) AS positions(i)
    WHERE y IS NOT NULL
),
keys AS (
    -- the date of birth, day and month in either order
    SELECT side, idx, hash('birth', y, least(m, d), greatest(m, d)) AS key
    FROM screening_people WHERE y IS NOT NULL
    -- a surname with part of the date of birth
    UNION ALL SELECT side, idx, hash('family-year', sound, y) FROM screening_family
    WHERE y IS NOT NULL
    UNION ALL SELECT side, idx, hash('family-day', sound, least(m, d), greatest(m, d))
    FROM screening_family WHERE y IS NOT NULL
    -- surname and given name in either field
    UNION ALL SELECT f.side, f.idx, hash('pair', least(f.sound, g.sound),
                                         greatest(f.sound, g.sound))
    FROM screening_family AS f JOIN screening_first AS g USING (side, idx)
    -- surname with the first letter of a given name, and a given name with the head of the surname
    UNION ALL SELECT f.side, f.idx, hash('family-letter', f.sound, g.letter)
    FROM screening_family AS f JOIN screening_first AS g USING (side, idx)
    UNION ALL SELECT f.side, f.idx, hash('head-first', f.head, g.sound)
    FROM screening_family AS f JOIN screening_first AS g USING (side, idx)
    WHERE length(g.sound) > 1
    -- a given name with part of the date of birth
    UNION ALL SELECT side, idx, hash('first-month', sound, y, m) FROM screening_first
    WHERE y IS NOT NULL AND length(sound) > 1
    UNION ALL SELECT side, idx, hash('first-day', sound, m, d) FROM screening_first
    WHERE y IS NOT NULL AND length(sound) > 1
    -- one digit of the date of birth left out, with first letters
    UNION ALL SELECT b.side, b.idx,
                     hash('digit', b.i, left(b.birth, b.i - 1) || substr(b.birth, b.i + 1),
                          f.letter, g.letter)
    FROM masked AS b
    JOIN screening_family AS f USING (side, idx)
    JOIN screening_first AS g USING (side, idx)
    -- an address, whole or in part
    UNION ALL SELECT side, idx, hash('door', postcode, number) FROM screening_addresses
    WHERE postcode <> '' AND number <> ''
    UNION ALL SELECT side, idx, hash('street-door', left(street, 4), number) FROM screening_addresses
    WHERE street <> '' AND number <> ''
    UNION ALL SELECT a.side, a.idx, hash('postcode-year', a.postcode, p.y)
    FROM screening_addresses AS a JOIN screening_people AS p USING (side, idx)
    WHERE a.postcode <> '' AND p.y IS NOT NULL
    UNION ALL SELECT a.side, a.idx, hash('postcode-letter', a.postcode, n.letter)
    FROM screening_addresses AS a JOIN screening_either AS n USING (side, idx)
    WHERE a.postcode <> ''
    UNION ALL SELECT a.side, a.idx, hash('street-letter', left(a.street, 5), n.letter)
    FROM screening_addresses AS a JOIN screening_either AS n USING (side, idx)
    WHERE a.street <> ''
    UNION ALL SELECT a.side, a.idx, hash('street-year', a.street, p.y)
    FROM screening_addresses AS a JOIN screening_people AS p USING (side, idx)
    WHERE a.street <> '' AND p.y IS NOT NULL
    UNION ALL SELECT a.side, a.idx, hash('number-name', a.number, n.sound)
    FROM screening_addresses AS a JOIN screening_either AS n USING (side, idx)
    WHERE a.number <> '' AND length(n.sound) > 1
    UNION ALL SELECT a.side, a.idx, hash('number-birth', a.number, p.y, p.m)
    FROM screening_addresses AS a JOIN screening_people AS p USING (side, idx)
    WHERE a.number <> '' AND p.y IS NOT NULL
    UNION ALL SELECT a.side, a.idx, hash('number-day', a.number, p.m, p.d)
    FROM screening_addresses AS a JOIN screening_people AS p USING (side, idx)
    WHERE a.number <> '' AND p.y IS NOT NULL
)
SELECT side, idx, key FROM keys;

-- The register is the smaller side: of the others only keys that stand there too are kept.
CREATE OR REPLACE TEMP TABLE screening_register_keys AS
SELECT DISTINCT idx, key FROM screening_keys WHERE side = 1;

CREATE OR REPLACE TEMP TABLE screening_letting_keys AS
SELECT DISTINCT idx, key FROM screening_keys
WHERE side = 0 AND key IN (SELECT key FROM screening_register_keys);

-- a key that fits everybody (a date of birth that means "unknown") finds nobody
CREATE OR REPLACE TEMP TABLE screening_crowded AS
SELECT key
FROM (SELECT key, count(*) AS lettings FROM screening_letting_keys GROUP BY key) AS l
JOIN (SELECT key, count(*) AS persons FROM screening_register_keys GROUP BY key) AS r USING (key)
WHERE lettings * persons > 2000000;

CREATE OR REPLACE TEMP TABLE screening_pairs AS
SELECT DISTINCT l.idx AS letting, r.idx AS person
FROM screening_letting_keys AS l
JOIN screening_register_keys AS r ON r.key = l.key
JOIN screening_people AS lp ON lp.side = 0 AND lp.idx = l.idx
JOIN screening_people AS rp ON rp.side = 1 AND rp.idx = r.idx
WHERE l.key NOT IN (SELECT key FROM screening_crowded)
  AND lp.first_day BETWEEN rp.first_day AND rp.last_day;
