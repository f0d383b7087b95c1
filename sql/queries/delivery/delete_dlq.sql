DELETE FROM alert_dlq WHERE delivery_id = @id
