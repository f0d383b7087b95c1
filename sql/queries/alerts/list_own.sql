SELECT id, user_id, name, condition_type, condition_json, mode, no_data, severity, message_template, notify_inapp, notify_email, channels,
    cooldown_seconds, last_fired_at, cooldown_until, latched, side_known, pending, stale, recheck, wake_at, is_active, rule_version, row_version,
    created_at, updated_at
FROM alerts
WHERE user_id = @userId AND deleted_at IS NULL
  AND (@isActive = -1 OR is_active = (@isActive = 1))
  AND (@type = '' OR condition_type = @type)
  AND (@state = '' OR @state = CASE WHEN NOT is_active THEN 'inactive' WHEN cooldown_until > @now THEN 'cooling_down'
        WHEN pending THEN 'pending' ELSE 'armed' END)
ORDER BY created_at DESC, id DESC
LIMIT @limit OFFSET @offset
