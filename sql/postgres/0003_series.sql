-- Append-only observations. One tick per ingest; the counter row's lock is held to commit, so ticks commit in order.
CREATE TABLE tick_counter (
    id integer PRIMARY KEY CHECK (id = 1),
    tick bigint NOT NULL
);
INSERT INTO tick_counter (id, tick) VALUES (1, 0);

-- The newest observation of each series, kept in step by the ingest transaction. A row without newest_date has no observations:
-- an alert was made on it first, and it is not listed.
CREATE TABLE series (
    id text PRIMARY KEY,
    observation_count bigint NOT NULL DEFAULT 0,
    first_date date,
    newest_date date,
    newest_value numeric,
    tick bigint,
    ingest_id uuid,
    received_at timestamptz
);

CREATE TABLE observations (
    series_id text NOT NULL,
    date date NOT NULL,
    tick bigint NOT NULL,
    value numeric NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (series_id, date, tick)
);

CREATE TABLE ingests (
    id uuid PRIMARY KEY,
    user_id uuid,
    tick bigint NOT NULL UNIQUE,
    request_hash text NOT NULL,
    result_json text NOT NULL,
    received_at timestamptz NOT NULL
);

-- Every change of a series' newest observation: what a crossing is decided on, and what it can be recomputed from.
CREATE TABLE series_ticks (
    series_id text NOT NULL,
    tick bigint NOT NULL,
    ingest_id uuid NOT NULL,
    date date NOT NULL,
    old_value numeric,
    new_value numeric NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (series_id, tick)
);
