-- The newest revision of each (series, date) asked for.
SELECT asked.series_id, asked.date, newest.value
FROM json_to_recordset(@rows::json) AS asked (series_id text, date date)
CROSS JOIN LATERAL (
    SELECT o.value FROM observations o
    WHERE o.series_id = asked.series_id AND o.date = asked.date
    ORDER BY o.tick DESC LIMIT 1
) AS newest
