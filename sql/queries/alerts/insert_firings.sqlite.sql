INSERT INTO firings (id, alert_id, user_id, occurrence_key, rule_version, ingest_id, n, cause, value, observed_on, fired_at)
SELECT value ->> 'id', value ->> 'alert_id', value ->> 'user_id', value ->> 'occurrence_key', value ->> 'rule_version', value ->> 'ingest_id',
    value ->> 'n', value ->> 'cause', value ->> 'value', value ->> 'observed_on', value ->> 'fired_at'
FROM json_each(@rows)
