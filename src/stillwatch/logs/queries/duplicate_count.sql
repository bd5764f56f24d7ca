-- How many records came in more than once.
-- in: duplicate    out: duplicates    order: none
SELECT count(*) AS duplicates FROM duplicate
