SELECT count(*) FROM alert_deliveries WHERE alert_id = @alertId AND user_id = @userId
