SELECT delivery_id, number, started_at, ended_at, outcome, error
FROM delivery_attempts
WHERE delivery_id IN (SELECT value FROM json_each(@ids))
ORDER BY delivery_id, number
