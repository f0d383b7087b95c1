UPDATE alert_deliveries SET status = 'retrying', reason = NULL, next_attempt_at = @now, final = (@isFinal = 1) WHERE id = @id AND status <> 'delivered'
