-- Series of a portfolio (metric:<portfolio>:…, dar:<portfolio>…) are their owner's alone.
SELECT s.id, s.observation_count AS count, s.first_date, s.newest_date AS last_date, s.newest_value AS last_value
FROM series s
WHERE s.newest_date IS NOT NULL
  AND ((substr(s.id, 1, 7) <> 'metric:' AND substr(s.id, 1, 4) <> 'dar:')
    OR EXISTS (SELECT 1 FROM portfolios p
               WHERE p.user_id = @userId AND p.is_active
                 AND CAST(p.id AS text) = CASE WHEN substr(s.id, 1, 4) = 'dar:' THEN substr(s.id, 5, 36) ELSE substr(s.id, 8, 36) END))
ORDER BY s.id
LIMIT @limit OFFSET @offset
