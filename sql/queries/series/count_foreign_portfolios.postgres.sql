SELECT count(*)
FROM portfolios
WHERE id IN (SELECT value::uuid FROM json_array_elements_text(@ids::json)) AND user_id <> @user
