-- One row per run. A keyed or asynchronous run has it before its first step, an interactive one when it has ended.
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    pattern_id TEXT NOT NULL,
    status TEXT NOT NULL,
    request_hash TEXT,
    attempt INTEGER NOT NULL,
    silo TEXT NOT NULL,
    request_id TEXT NOT NULL,
    pricing_pack_id TEXT NOT NULL,
    asof_date TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    run_digest TEXT,
    result_digest TEXT,
    failure_json TEXT,
    result_json TEXT,
    events_json TEXT
) STRICT;
CREATE INDEX runs_user ON runs (user_id, started_at DESC, id DESC);
CREATE INDEX runs_started ON runs (started_at DESC, id DESC);
CREATE INDEX runs_running ON runs (silo) WHERE status = 'running';

-- Who did what, when: rows are added, never changed.
CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    request_id TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;
CREATE INDEX audit_user ON audit (user_id, at DESC, id DESC);
CREATE INDEX audit_at ON audit (at DESC, id DESC);
