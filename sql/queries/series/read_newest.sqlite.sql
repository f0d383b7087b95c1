SELECT id AS series_id, newest_date AS date, newest_value AS value, tick, ingest_id, received_at
FROM series
WHERE id IN (SELECT value FROM json_each(@ids)) AND newest_date IS NOT NULL
