UPDATE alert_deliveries SET status = 'dead', reason = @reason, next_attempt_at = NULL, final = false
WHERE status <> 'delivered' AND id IN (SELECT json_array_elements_text(@ids::json)::uuid)
