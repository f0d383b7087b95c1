SELECT count(*)
FROM runs
WHERE (@all OR user_id = @userId)
  AND (@PatternId = '' OR pattern_id = @PatternId)
  AND (@Status = '' OR status = @Status)
  AND started_at >= @From AND started_at <= @To
