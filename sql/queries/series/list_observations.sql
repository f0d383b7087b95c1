SELECT o.date, o.value
FROM observations o
WHERE o.series_id = @id AND o.date >= @from AND o.date <= @to
  AND NOT EXISTS (SELECT 1 FROM observations n WHERE n.series_id = o.series_id AND n.date = o.date AND n.tick > o.tick)
ORDER BY o.date
LIMIT @limit OFFSET @offset
