-- The transaction is the only writer already.
SELECT id
FROM series
WHERE id IN (SELECT series_id FROM alert_leaves WHERE alert_id = @id)
ORDER BY id
