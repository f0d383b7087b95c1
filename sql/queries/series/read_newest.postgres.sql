SELECT id AS series_id, newest_date AS date, newest_value AS value, tick, ingest_id, received_at
FROM series
WHERE id IN (SELECT json_array_elements_text(@ids::json)) AND newest_date IS NOT NULL
