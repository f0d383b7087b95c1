SELECT id, observation_count, first_date, newest_date, newest_value, tick, ingest_id, received_at, revised
FROM series
WHERE id IN (SELECT json_array_elements_text(@ids::json))
ORDER BY id
FOR UPDATE
