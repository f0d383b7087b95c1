-- The alert as it was when it fired.
SELECT v.alert_json, d.delivery_methods, d.delivery_day
FROM alert_deliveries d
JOIN alert_versions v ON v.alert_id = d.alert_id
WHERE d.id = @id AND (v.changed_at <= d.created_at OR v.row_version = 1)
ORDER BY v.row_version DESC
LIMIT 1
