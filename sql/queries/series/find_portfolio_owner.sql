SELECT user_id FROM portfolios WHERE id = @id AND is_active
