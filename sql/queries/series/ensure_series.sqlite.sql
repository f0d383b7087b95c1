INSERT INTO series (id)
SELECT value FROM json_each(@ids) WHERE true
ON CONFLICT DO NOTHING
