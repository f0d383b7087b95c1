-- Deleted alerts too: their deliveries stay readable only while the alert is; a deleted alert is 404.
SELECT 1 FROM alerts WHERE id = @alertId AND user_id = @userId AND deleted_at IS NULL
