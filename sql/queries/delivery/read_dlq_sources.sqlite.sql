-- Alerts as they were when they fired.
SELECT d.id, d.delivery_methods, d.delivery_day, v.alert_json
FROM alert_deliveries d
JOIN alert_versions v ON v.alert_id = d.alert_id AND v.row_version =
    (SELECT max(w.row_version) FROM alert_versions w WHERE w.alert_id = d.alert_id AND (w.changed_at <= d.created_at OR w.row_version = 1))
WHERE d.id IN (SELECT value FROM json_each(@ids))
