SELECT count(*) FROM audit_log
WHERE (@all OR user_id = @userId)
    AND (CAST(@ofUser AS uuid) IS NULL OR user_id = @ofUser)
    AND (@action = '' OR action = @action)
    AND at >= @from AND at < @to
