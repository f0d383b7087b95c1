UPDATE delivery_attempts SET outcome = @outcome, error = @error, ended_at = @endedAt WHERE delivery_id = @id AND number = @number
