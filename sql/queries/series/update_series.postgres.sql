UPDATE series s
SET observation_count = r.observation_count, first_date = r.first_date, newest_date = r.newest_date, newest_value = r.newest_value,
    tick = r.tick, ingest_id = r.ingest_id, received_at = r.received_at, revised = r.revised
FROM json_to_recordset(@rows::json) AS r
    (id text, observation_count bigint, first_date date, newest_date date, newest_value numeric, tick bigint, ingest_id uuid, received_at timestamptz,
     revised boolean)
WHERE s.id = r.id
