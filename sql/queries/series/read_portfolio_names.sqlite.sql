SELECT id, name FROM portfolios WHERE id IN (SELECT value FROM json_each(@ids))
