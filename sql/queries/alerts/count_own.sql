SELECT count(*)
FROM alerts
WHERE user_id = @userId AND deleted_at IS NULL
  AND (@isActive = -1 OR is_active = (@isActive = 1))
  AND (@type = '' OR condition_type = @type)
  AND (@state = '' OR @state = CASE WHEN NOT is_active THEN 'inactive' WHEN cooldown_until > @now THEN 'cooling_down'
        WHEN pending THEN 'pending' ELSE 'armed' END)
