SELECT count(*)
FROM series s
WHERE s.newest_date IS NOT NULL
  AND ((substr(s.id, 1, 7) <> 'metric:' AND substr(s.id, 1, 4) <> 'dar:')
    OR EXISTS (SELECT 1 FROM portfolios p
               WHERE p.user_id = @userId AND p.is_active
                 AND CAST(p.id AS text) = CASE WHEN substr(s.id, 1, 4) = 'dar:' THEN substr(s.id, 5, 36) ELSE substr(s.id, 8, 36) END))
