INSERT INTO user_channels (user_id, time_zone, email_address, email_enabled, updated_at)
VALUES (@UserId, @TimeZone, @EmailAddress, @EmailEnabled, @Now)
ON CONFLICT (user_id) DO UPDATE
SET time_zone = excluded.time_zone, email_address = excluded.email_address, email_enabled = excluded.email_enabled, updated_at = excluded.updated_at
