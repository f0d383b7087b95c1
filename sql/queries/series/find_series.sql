SELECT id, observation_count, first_date, newest_date, newest_value, tick, ingest_id, received_at
FROM series
WHERE id = @id AND newest_date IS NOT NULL
