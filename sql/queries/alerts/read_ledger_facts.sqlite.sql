SELECT asked.value ->> 'alert_id' AS alert_id,
    (SELECT count(*) FROM firings f
     WHERE f.alert_id = asked.value ->> 'alert_id' AND f.rule_version = asked.value ->> 'rule_version'
       AND f.ingest_id = asked.value ->> 'ingest_id') AS firings,
    (SELECT count(*) FROM alert_deliveries d
     WHERE d.alert_id = asked.value ->> 'alert_id' AND d.channel = @channel AND d.delivery_day = @day AND NOT d.is_test
       AND d.status <> 'suppressed') AS accepted
FROM json_each(@rows) AS asked
