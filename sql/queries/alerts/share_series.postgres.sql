-- Waits for ingests of its series, and they for us.
SELECT id
FROM series
WHERE id IN (SELECT series_id FROM alert_leaves WHERE alert_id = @id)
ORDER BY id
FOR SHARE
