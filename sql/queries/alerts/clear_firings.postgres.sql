UPDATE firings SET cleared_at = @now
WHERE cleared_at IS NULL AND alert_id IN (SELECT json_array_elements_text(@ids::json)::uuid)
