-- The newest revision of each (series, date) asked for.
SELECT o.series_id, o.date, o.value
FROM json_each(@rows) AS asked
JOIN observations o
    ON o.series_id = asked.value ->> 'series_id' AND o.date = asked.value ->> 'date'
    AND o.tick = (SELECT max(n.tick) FROM observations n WHERE n.series_id = asked.value ->> 'series_id' AND n.date = asked.value ->> 'date')
