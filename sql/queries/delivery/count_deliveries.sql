SELECT count(*)
FROM alert_deliveries d
WHERE d.user_id = @userId
  AND (@status = '' OR d.status = @status)
  AND (@channel = '' OR d.channel = @channel)
  AND d.created_at >= @from AND d.created_at <= @to
