UPDATE series
SET observation_count = r.value ->> 'observation_count', first_date = r.value ->> 'first_date', newest_date = r.value ->> 'newest_date',
    newest_value = r.value ->> 'newest_value', tick = r.value ->> 'tick', ingest_id = r.value ->> 'ingest_id', received_at = r.value ->> 'received_at',
    revised = r.value ->> 'revised'
FROM json_each(@rows) AS r
WHERE series.id = r.value ->> 'id'
