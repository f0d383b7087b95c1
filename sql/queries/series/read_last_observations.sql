-- Newest first along the primary key; the scalar subquery (which no planner turns into a join) picks each date's revision of the pack,
-- so the LIMIT ends the read whatever the length of the history.
SELECT o.date, o.value
FROM observations o
WHERE o.series_id = @seriesId AND o.date <= @Date
  AND o.tick = (SELECT max(n.tick) FROM observations n WHERE n.series_id = o.series_id AND n.date = o.date AND n.tick <= @Tick)
ORDER BY o.date DESC
LIMIT @count
