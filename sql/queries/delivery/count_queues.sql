SELECT
    (SELECT count(*) FROM alert_deliveries WHERE next_attempt_at <= @now) AS overdue,
    (SELECT count(*) FROM alerts WHERE wake_at <= @now AND is_active AND deleted_at IS NULL) AS overdue_alerts,
    (SELECT count(*) FROM alert_dlq WHERE status = 'pending') AS dlq_pending,
    (SELECT count(*) FROM alert_dlq WHERE status = 'dead') AS dlq_dead
