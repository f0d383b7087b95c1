INSERT INTO observations (series_id, date, tick, value, recorded_at)
SELECT series_id, date, @tick, value, @now
FROM json_to_recordset(@rows::json) AS r (series_id text, date date, value numeric)
