INSERT INTO observations (series_id, date, tick, value, recorded_at)
SELECT value ->> 'series_id', value ->> 'date', @tick, value ->> 'value', @now
FROM json_each(@rows)
