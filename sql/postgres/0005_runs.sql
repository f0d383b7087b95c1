-- One row per run. A keyed or asynchronous run has it before its first step, an interactive one when it has ended.
CREATE TABLE runs (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    pattern_id text NOT NULL,
    status text NOT NULL,
    request_hash text,
    attempt integer NOT NULL,
    silo text NOT NULL,
    request_id text NOT NULL,
    pricing_pack_id text NOT NULL,
    asof_date date NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    run_digest text,
    result_digest text,
    failure_json text,
    result_json text,
    events_json text
);
CREATE INDEX runs_user ON runs (user_id, started_at DESC, id DESC);
CREATE INDEX runs_started ON runs (started_at DESC, id DESC);
CREATE INDEX runs_running ON runs (silo) WHERE status = 'running';

-- Who did what, when: rows are added, never changed.
CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    user_id uuid NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    request_id text NOT NULL,
    details text NOT NULL
);
CREATE INDEX audit_user ON audit (user_id, at DESC, id DESC);
CREATE INDEX audit_at ON audit (at DESC, id DESC);
