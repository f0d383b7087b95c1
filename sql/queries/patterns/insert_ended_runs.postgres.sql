INSERT INTO runs (id, user_id, pattern_id, status, attempt, silo, request_id, pricing_pack_id, asof_date, started_at, ended_at,
    run_digest, result_digest, failure_json, result_json)
SELECT id, user_id, pattern_id, status, attempt, silo, request_id, pricing_pack_id, asof_date, started_at, ended_at,
    run_digest, result_digest, failure_json, result_json
FROM json_to_recordset(@rows::json) AS r
    (id uuid, user_id uuid, pattern_id text, status text, attempt integer, silo text, request_id text, pricing_pack_id text, asof_date date,
     started_at timestamptz, ended_at timestamptz, run_digest text, result_digest text, failure_json text, result_json text)
ON CONFLICT (id) DO NOTHING
