SELECT asked.alert_id, asked.channel,
    (SELECT count(*) FROM firings f
     WHERE f.alert_id = asked.alert_id AND f.rule_version = asked.rule_version AND f.ingest_id = asked.ingest_id) AS firings,
    (SELECT max(d.created_at) FROM alert_deliveries d
     WHERE d.alert_id = asked.alert_id AND d.channel = asked.channel AND d.content_hash = asked.content_hash AND NOT d.is_test
       AND d.status <> 'suppressed' AND d.created_at > @since) AS same_content_at,
    (SELECT count(*) FROM alert_deliveries d
     WHERE d.alert_id = asked.alert_id AND d.channel = asked.channel AND d.delivery_day = asked.day AND NOT d.is_test
       AND d.status <> 'suppressed') AS accepted_today
FROM json_to_recordset(@rows::json) AS asked (alert_id uuid, rule_version integer, ingest_id uuid, channel text, content_hash text, day date)
