-- Alerts and what they delivered. The rows are the truth; grains, reminders and loops only get things moving.
CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    condition_type TEXT NOT NULL,
    condition_json TEXT NOT NULL,
    mode TEXT NOT NULL,
    no_data TEXT NOT NULL,
    severity TEXT NOT NULL,
    notify_inapp INTEGER NOT NULL,
    notify_email INTEGER NOT NULL,
    channels TEXT NOT NULL,
    cooldown_seconds TEXT NOT NULL,
    last_fired_at INTEGER,
    cooldown_until INTEGER,
    latched INTEGER NOT NULL DEFAULT 0,
    wake_at INTEGER,
    is_active INTEGER NOT NULL,
    rule_version INTEGER NOT NULL,
    row_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX alerts_user ON alerts (user_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX alerts_wake ON alerts (wake_at) WHERE wake_at IS NOT NULL;

-- The crossing index: one row per boundary of each leaf, a double rounded outward. It nominates; decimals decide.
CREATE TABLE alert_leaves (
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    leaf INTEGER NOT NULL,
    part INTEGER NOT NULL,
    series_id TEXT NOT NULL,
    boundary REAL NOT NULL,
    recheck INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (alert_id, leaf, part)
) STRICT;
CREATE INDEX alert_leaves_boundary ON alert_leaves (series_id, boundary);
CREATE INDEX alert_leaves_recheck ON alert_leaves (series_id) WHERE recheck;

CREATE TABLE alert_versions (
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    row_version INTEGER NOT NULL,
    rule_version INTEGER NOT NULL,
    alert_json TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    PRIMARY KEY (alert_id, row_version)
) STRICT;

CREATE TABLE firings (
    id TEXT PRIMARY KEY,
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    user_id TEXT NOT NULL,
    occurrence_key TEXT NOT NULL UNIQUE,
    rule_version INTEGER NOT NULL,
    ingest_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    cause TEXT NOT NULL,
    value TEXT NOT NULL,
    observed_on TEXT NOT NULL,
    fired_at INTEGER NOT NULL,
    cleared_at INTEGER
) STRICT;
CREATE INDEX firings_evidence ON firings (alert_id, rule_version, ingest_id);
CREATE INDEX firings_uncleared ON firings (alert_id) WHERE cleared_at IS NULL;

CREATE TABLE alert_deliveries (
    id TEXT PRIMARY KEY,
    firing_id TEXT NOT NULL REFERENCES firings (id),
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    user_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    is_test INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    delivery_methods TEXT NOT NULL,
    delivery_day TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    delivered_at INTEGER,
    next_attempt_at INTEGER,
    lease_token TEXT,
    lease_until INTEGER,
    UNIQUE (firing_id, channel)
) STRICT;
-- One accepted delivery per user, alert, channel and day, whatever happens.
CREATE UNIQUE INDEX alert_deliveries_day ON alert_deliveries (user_id, alert_id, channel, delivery_day)
    WHERE NOT is_test AND status <> 'suppressed';
CREATE INDEX alert_deliveries_user ON alert_deliveries (user_id, created_at DESC, id DESC);
CREATE INDEX alert_deliveries_alert ON alert_deliveries (alert_id, created_at DESC, id DESC);
CREATE INDEX alert_deliveries_content ON alert_deliveries (alert_id, channel, content_hash);
CREATE INDEX alert_deliveries_due ON alert_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    alert_id TEXT REFERENCES alerts (id),
    delivery_id TEXT UNIQUE REFERENCES alert_deliveries (id),
    message TEXT NOT NULL,
    delivered_at INTEGER NOT NULL,
    read_at INTEGER,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE INDEX notifications_user ON notifications (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;

-- What was stopped without a firing: one row per alert, reason and window, counted.
CREATE TABLE alert_suppressions (
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    reason TEXT NOT NULL,
    window_start INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (alert_id, reason, window_start)
) STRICT;

-- A rule that throws leaves a row here, in the transaction that decided the others.
CREATE TABLE alert_evaluation_errors (
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    at INTEGER NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (alert_id, at)
) STRICT;
