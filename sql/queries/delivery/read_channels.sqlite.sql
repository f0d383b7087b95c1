SELECT users.id AS user_id, time_zone, coalesce(email_address, users.email) AS email_address, email_enabled, users.is_active AS user_is_active
FROM users LEFT JOIN user_channels ON user_channels.user_id = users.id
WHERE users.id IN (SELECT value FROM json_each(@ids))
