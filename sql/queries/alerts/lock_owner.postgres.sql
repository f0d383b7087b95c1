-- Not the row in users: a login writes that, and must not wait for alerts.
SELECT 1 FROM pg_advisory_xact_lock(hashtextextended('alerts of ' || @userId::text, 0))
