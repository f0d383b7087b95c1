UPDATE alerts SET wake_at = NULL WHERE id IN (SELECT value FROM json_each(@ids))
