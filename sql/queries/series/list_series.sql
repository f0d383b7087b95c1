SELECT id, observation_count AS count, first_date, newest_date AS last_date, newest_value AS last_value
FROM series
WHERE newest_date IS NOT NULL
ORDER BY id
LIMIT @limit OFFSET @offset
