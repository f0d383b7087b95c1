SELECT count(*)
FROM portfolios
WHERE id IN (SELECT value FROM json_each(@ids)) AND user_id <> @user
