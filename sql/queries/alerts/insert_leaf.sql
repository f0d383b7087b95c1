INSERT INTO alert_leaves (alert_id, leaf, part, series_id, boundary, recheck)
VALUES (@alertId, @leaf, @part, @seriesId, @boundary, @recheck)
