INSERT INTO firings (id, alert_id, user_id, occurrence_key, rule_version, ingest_id, n, cause, value, observed_on, fired_at)
SELECT id, alert_id, user_id, occurrence_key, rule_version, ingest_id, n, cause, value, observed_on, fired_at
FROM json_to_recordset(@rows::json) AS r
    (id uuid, alert_id uuid, user_id uuid, occurrence_key text, rule_version integer, ingest_id uuid, n integer, cause text, value numeric,
     observed_on date, fired_at timestamptz)
