INSERT INTO series_ticks (series_id, tick, ingest_id, date, old_value, new_value, at)
SELECT value ->> 'series_id', @tick, @ingestId, value ->> 'date', value ->> 'old_value', value ->> 'new_value', @now
FROM json_each(@rows)
