SELECT id, observation_count, first_date, newest_date, newest_value, tick, ingest_id, received_at, revised
FROM series
WHERE id IN (SELECT value FROM json_each(@ids))
ORDER BY id
