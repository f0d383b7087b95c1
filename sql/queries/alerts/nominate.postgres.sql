-- Alerts with a boundary inside what a series went through, and those that asked to be looked at.
WITH moves AS MATERIALIZED (
    SELECT * FROM json_to_recordset(@moves::json) AS m (series_id text, low double precision, high double precision)
)
SELECT l.alert_id
FROM moves m
JOIN alert_leaves l ON l.series_id = m.series_id AND l.boundary BETWEEN m.low AND m.high
UNION
SELECT l.alert_id
FROM moves m
JOIN alert_leaves l ON l.series_id = m.series_id AND l.recheck
