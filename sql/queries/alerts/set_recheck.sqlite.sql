UPDATE alert_leaves
SET recheck = r.value ->> 'recheck'
FROM json_each(@rows) AS r
WHERE alert_leaves.alert_id = r.value ->> 'alert_id' AND alert_leaves.recheck <> r.value ->> 'recheck'
