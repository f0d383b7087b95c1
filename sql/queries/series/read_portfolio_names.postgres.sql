SELECT id, name FROM portfolios WHERE id IN (SELECT json_array_elements_text(@ids::json)::uuid)
