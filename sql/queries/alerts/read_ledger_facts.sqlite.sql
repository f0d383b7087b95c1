SELECT asked.value ->> 'alert_id' AS alert_id, asked.value ->> 'channel' AS channel,
    (SELECT count(*) FROM firings f
     WHERE f.alert_id = asked.value ->> 'alert_id' AND f.rule_version = asked.value ->> 'rule_version'
       AND f.ingest_id = asked.value ->> 'ingest_id') AS firings,
    (SELECT max(d.created_at) FROM alert_deliveries d
     WHERE d.alert_id = asked.value ->> 'alert_id' AND d.channel = asked.value ->> 'channel' AND d.content_hash = asked.value ->> 'content_hash'
       AND NOT d.is_test AND d.status <> 'suppressed' AND d.created_at > @since) AS same_content_at,
    (SELECT count(*) FROM alert_deliveries d
     WHERE d.alert_id = asked.value ->> 'alert_id' AND d.channel = asked.value ->> 'channel' AND d.delivery_day = asked.value ->> 'day'
       AND NOT d.is_test AND d.status <> 'suppressed') AS accepted_today
FROM json_each(@rows) AS asked
