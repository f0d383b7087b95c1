-- The transaction is the only writer already.
SELECT id
FROM series
WHERE id IN (SELECT value FROM json_each(@ids))
ORDER BY id
