UPDATE firings SET cleared_at = @now
WHERE cleared_at IS NULL AND alert_id IN (SELECT value FROM json_each(@ids))
