-- Append-only observations. One tick per ingest; writers take turns, so ticks commit in order.
CREATE TABLE tick_counter (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    tick INTEGER NOT NULL
) STRICT;
INSERT INTO tick_counter (id, tick) VALUES (1, 0);

-- The newest observation of each series, kept in step by the ingest transaction. A row without newest_date has no observations:
-- an alert was made on it first, and it is not listed.
CREATE TABLE series (
    id TEXT PRIMARY KEY,
    observation_count INTEGER NOT NULL DEFAULT 0,
    first_date TEXT,
    newest_date TEXT,
    newest_value TEXT,
    tick INTEGER,
    ingest_id TEXT,
    received_at INTEGER
) STRICT;

CREATE TABLE observations (
    series_id TEXT NOT NULL,
    date TEXT NOT NULL,
    tick INTEGER NOT NULL,
    value TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (series_id, date, tick)
) STRICT, WITHOUT ROWID;

CREATE TABLE ingests (
    id TEXT PRIMARY KEY,
    user_id TEXT,
    tick INTEGER NOT NULL UNIQUE,
    request_hash TEXT NOT NULL,
    result_json TEXT NOT NULL,
    received_at INTEGER NOT NULL
) STRICT;

-- Every change of a series' newest observation: what a crossing is decided on, and what it can be recomputed from.
CREATE TABLE series_ticks (
    series_id TEXT NOT NULL,
    tick INTEGER NOT NULL,
    ingest_id TEXT NOT NULL,
    date TEXT NOT NULL,
    old_value TEXT,
    new_value TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (series_id, tick)
) STRICT, WITHOUT ROWID;
