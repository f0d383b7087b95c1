INSERT INTO series (id)
SELECT id FROM json_array_elements_text(@ids::json) AS wanted (id)
ORDER BY id
ON CONFLICT DO NOTHING
