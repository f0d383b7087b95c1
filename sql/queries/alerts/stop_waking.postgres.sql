UPDATE alerts SET wake_at = NULL WHERE id IN (SELECT json_array_elements_text(@ids::json)::uuid)
