-- Every condition, email, retries, the dead-letter queue, and what a stream of notifications reads by.

-- side_known: whether latched says on which side of its condition a cross alert stands. pending: a `for` is running. stale: past its no-data
-- deadline when last decided. recheck: its leaves are marked so, kept here to be compared without reading them.
ALTER TABLE alerts ADD COLUMN message_template TEXT;
ALTER TABLE alerts ADD COLUMN side_known INTEGER NOT NULL DEFAULT 1;
ALTER TABLE alerts ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN stale INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts ADD COLUMN recheck INTEGER NOT NULL DEFAULT 0;
UPDATE alerts SET recheck = 1 WHERE id IN (SELECT alert_id FROM alert_leaves WHERE recheck);

-- A tick asks for alert ids by the thousand: they are in the index itself.
DROP INDEX alert_leaves_boundary;
DROP INDEX alert_leaves_recheck;
CREATE INDEX alert_leaves_boundary ON alert_leaves (series_id, boundary, alert_id);
CREATE INDEX alert_leaves_recheck ON alert_leaves (series_id, alert_id) WHERE recheck;

-- A firing for want of data may have no value. SQLite can take a NOT NULL away only by making the table anew.
CREATE TABLE firings_new (
    id TEXT PRIMARY KEY,
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    user_id TEXT NOT NULL,
    occurrence_key TEXT NOT NULL UNIQUE,
    rule_version INTEGER NOT NULL,
    ingest_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    cause TEXT NOT NULL,
    value TEXT,
    observed_on TEXT,
    fired_at INTEGER NOT NULL,
    cleared_at INTEGER
) STRICT;
INSERT INTO firings_new SELECT id, alert_id, user_id, occurrence_key, rule_version, ingest_id, n, cause, value, observed_on, fired_at, cleared_at FROM firings;
DROP TABLE firings;
ALTER TABLE firings_new RENAME TO firings;
CREATE INDEX firings_evidence ON firings (alert_id, rule_version, ingest_id);
CREATE INDEX firings_uncleared ON firings (alert_id) WHERE cleared_at IS NULL;

-- attempts: sends begun. final: the next failure ends it (a redrive of what was dead). A delivery that is being sent has a lease and no
-- next_attempt_at; one that waits has a next_attempt_at and no lease.
ALTER TABLE alert_deliveries ADD COLUMN subject TEXT;
ALTER TABLE alert_deliveries ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert_deliveries ADD COLUMN retry_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert_deliveries ADD COLUMN final INTEGER NOT NULL DEFAULT 0;
CREATE INDEX alert_deliveries_leased ON alert_deliveries (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX alert_deliveries_alert_due ON alert_deliveries (alert_id) WHERE next_attempt_at IS NOT NULL OR lease_until IS NOT NULL;

CREATE TABLE delivery_attempts (
    delivery_id TEXT NOT NULL REFERENCES alert_deliveries (id),
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('started', 'delivered', 'failed', 'uncertain', 'blocked')),
    error TEXT,
    PRIMARY KEY (delivery_id, number)
) STRICT;

-- One row per delivery that failed at least once; changed only together with it.
CREATE TABLE alert_dlq (
    id TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL UNIQUE REFERENCES alert_deliveries (id),
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    user_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('retryable', 'permanent', 'misconfigured', 'uncertain')),
    reason TEXT,
    alert_data TEXT NOT NULL,
    error_message TEXT NOT NULL,
    retry_count INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'dead', 'resolved')),
    created_at INTEGER NOT NULL,
    last_retry_at INTEGER,
    next_attempt_at INTEGER
) STRICT;
CREATE INDEX alert_dlq_created ON alert_dlq (created_at DESC, id DESC);
CREATE INDEX alert_dlq_unresolved ON alert_dlq (status) WHERE status <> 'resolved';

-- Without a row: UTC, and email to the login address.
CREATE TABLE user_channels (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    time_zone TEXT NOT NULL,
    email_address TEXT,
    email_enabled INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The order in which a stream reads; there is one writer, so numbers are given in the order of commits.
ALTER TABLE notifications ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
UPDATE notifications SET seq = rowid;
-- A notice tells a user that data is missing: at most one a day, and of no delivery.
ALTER TABLE notifications ADD COLUMN notice_day TEXT;
CREATE INDEX notifications_seq ON notifications (seq);
CREATE INDEX notifications_stream ON notifications (user_id, seq, id);
CREATE UNIQUE INDEX notifications_notice ON notifications (user_id, notice_day) WHERE notice_day IS NOT NULL;
