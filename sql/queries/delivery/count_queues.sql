SELECT
    (SELECT count(*) FROM alert_deliveries WHERE next_attempt_at <= @now) AS overdue,
    (SELECT count(*) FROM alert_dlq WHERE status = 'pending') AS dlq_pending,
    (SELECT count(*) FROM alert_dlq WHERE status = 'dead') AS dlq_dead
