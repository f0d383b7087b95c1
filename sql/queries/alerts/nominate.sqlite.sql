-- Alerts with a boundary inside what a series went through, and those that asked to be looked at.
SELECT l.alert_id
FROM json_each(@moves) AS m
JOIN alert_leaves l ON l.series_id = m.value ->> 'series_id' AND l.boundary BETWEEN m.value ->> 'low' AND m.value ->> 'high'
UNION
SELECT l.alert_id
FROM json_each(@moves) AS m
JOIN alert_leaves l ON l.series_id = m.value ->> 'series_id' AND l.recheck
