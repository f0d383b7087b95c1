-- An alert that is made or edited waits for ingests of its series, and they for it.
SELECT id
FROM series
WHERE id IN (SELECT json_array_elements_text(@ids::json))
ORDER BY id
FOR SHARE
