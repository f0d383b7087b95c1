UPDATE alert_leaves l
SET recheck = r.recheck = 1
FROM json_to_recordset(@rows::json) AS r (alert_id uuid, recheck integer)
WHERE l.alert_id = r.alert_id AND l.recheck <> (r.recheck = 1)
