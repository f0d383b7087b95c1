SELECT count(DISTINCT date) FROM observations WHERE series_id = @id AND date >= @from AND date <= @to
