UPDATE alert_deliveries SET status = 'dead', reason = @reason, next_attempt_at = NULL, final = (1 = 0) WHERE id = @id
