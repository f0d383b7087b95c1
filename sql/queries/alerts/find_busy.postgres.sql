-- Alerts with a series that an ingest holds. All their other series are share-locked from here on, so that no ingest decides beside us.
WITH asked AS MATERIALIZED (
    SELECT alert_id, series_id FROM alert_leaves WHERE alert_id IN (SELECT json_array_elements_text(@ids::json)::uuid)
), shared AS MATERIALIZED (
    SELECT id FROM series WHERE id IN (SELECT series_id FROM asked) ORDER BY id FOR SHARE SKIP LOCKED
)
SELECT DISTINCT alert_id FROM asked WHERE series_id NOT IN (SELECT id FROM shared)
