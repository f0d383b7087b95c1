INSERT INTO runs (id, user_id, pattern_id, status, attempt, silo, request_id, pricing_pack_id, asof_date, started_at, ended_at,
    run_digest, result_digest, failure_json, result_json)
SELECT value ->> 'id', value ->> 'user_id', value ->> 'pattern_id', value ->> 'status', value ->> 'attempt', value ->> 'silo',
    value ->> 'request_id', value ->> 'pricing_pack_id', value ->> 'asof_date', value ->> 'started_at', value ->> 'ended_at',
    value ->> 'run_digest', value ->> 'result_digest', value ->> 'failure_json', value ->> 'result_json'
FROM json_each(@rows)
WHERE true
ON CONFLICT (id) DO NOTHING
