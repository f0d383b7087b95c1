DELETE FROM alert_leaves WHERE alert_id = @alertId
