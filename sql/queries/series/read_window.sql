-- As read_last_observations, by date instead of by number.
SELECT o.date, o.value
FROM observations o
WHERE o.series_id = @seriesId AND o.date > @after AND o.date <= @Date
  AND o.tick = (SELECT max(n.tick) FROM observations n WHERE n.series_id = o.series_id AND n.date = o.date AND n.tick <= @Tick)
ORDER BY o.date
