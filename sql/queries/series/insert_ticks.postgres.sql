INSERT INTO series_ticks (series_id, tick, ingest_id, date, old_value, new_value, at)
SELECT series_id, @tick, @ingestId, date, old_value, new_value, @now
FROM json_to_recordset(@rows::json) AS r (series_id text, date date, old_value numeric, new_value numeric)
