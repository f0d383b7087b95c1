SELECT delivery_id, number, started_at, ended_at, outcome, error
FROM delivery_attempts
WHERE delivery_id IN (SELECT json_array_elements_text(@ids::json)::uuid)
ORDER BY delivery_id, number
