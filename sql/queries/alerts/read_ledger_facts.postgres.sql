SELECT asked.alert_id,
    (SELECT count(*) FROM firings f
     WHERE f.alert_id = asked.alert_id AND f.rule_version = asked.rule_version AND f.ingest_id = asked.ingest_id) AS firings,
    (SELECT count(*) FROM alert_deliveries d
     WHERE d.alert_id = asked.alert_id AND d.channel = @channel AND d.delivery_day = @day AND NOT d.is_test AND d.status <> 'suppressed') AS accepted
FROM json_to_recordset(@rows::json) AS asked (alert_id uuid, rule_version integer, ingest_id uuid)
