SELECT id, user_id, name, condition_type, condition_json, mode, no_data, severity, message_template, notify_inapp, notify_email, channels,
    cooldown_seconds, last_fired_at, cooldown_until, latched, side_known, pending, stale, recheck, wake_at, is_active, rule_version, row_version,
    created_at, updated_at
FROM alerts
WHERE id = @id AND user_id = @userId AND deleted_at IS NULL
