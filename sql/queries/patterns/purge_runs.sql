DELETE FROM runs
WHERE id IN (SELECT id FROM runs WHERE started_at < @until AND status <> 'running' ORDER BY started_at LIMIT @limit)
