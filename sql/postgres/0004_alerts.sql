-- Alerts and what they delivered. The rows are the truth; grains, reminders and loops only get things moving.
CREATE TABLE alerts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    name text NOT NULL,
    condition_type text NOT NULL,
    condition_json text NOT NULL,
    mode text NOT NULL,
    no_data text NOT NULL,
    severity text NOT NULL,
    notify_inapp boolean NOT NULL,
    notify_email boolean NOT NULL,
    channels text NOT NULL,
    cooldown_seconds numeric NOT NULL,
    last_fired_at timestamptz,
    cooldown_until timestamptz,
    latched boolean NOT NULL DEFAULT false,
    wake_at timestamptz,
    is_active boolean NOT NULL,
    rule_version integer NOT NULL,
    row_version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX alerts_user ON alerts (user_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX alerts_wake ON alerts (wake_at) WHERE wake_at IS NOT NULL;

-- The crossing index: one row per boundary of each leaf, a double rounded outward. It nominates; decimals decide.
CREATE TABLE alert_leaves (
    alert_id uuid NOT NULL REFERENCES alerts (id),
    leaf integer NOT NULL,
    part integer NOT NULL,
    series_id text NOT NULL,
    boundary double precision NOT NULL,
    recheck boolean NOT NULL DEFAULT false,
    PRIMARY KEY (alert_id, leaf, part)
);
CREATE INDEX alert_leaves_boundary ON alert_leaves (series_id, boundary);
CREATE INDEX alert_leaves_recheck ON alert_leaves (series_id) WHERE recheck;

CREATE TABLE alert_versions (
    alert_id uuid NOT NULL REFERENCES alerts (id),
    row_version integer NOT NULL,
    rule_version integer NOT NULL,
    alert_json text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    PRIMARY KEY (alert_id, row_version)
);

CREATE TABLE firings (
    id uuid PRIMARY KEY,
    alert_id uuid NOT NULL REFERENCES alerts (id),
    user_id uuid NOT NULL,
    occurrence_key text NOT NULL UNIQUE,
    rule_version integer NOT NULL,
    ingest_id uuid NOT NULL,
    n integer NOT NULL,
    cause text NOT NULL,
    value numeric NOT NULL,
    observed_on date NOT NULL,
    fired_at timestamptz NOT NULL,
    cleared_at timestamptz
);
CREATE INDEX firings_evidence ON firings (alert_id, rule_version, ingest_id);
CREATE INDEX firings_uncleared ON firings (alert_id) WHERE cleared_at IS NULL;

CREATE TABLE alert_deliveries (
    id uuid PRIMARY KEY,
    firing_id uuid NOT NULL REFERENCES firings (id),
    alert_id uuid NOT NULL REFERENCES alerts (id),
    user_id uuid NOT NULL,
    channel text NOT NULL,
    status text NOT NULL,
    reason text,
    is_test boolean NOT NULL DEFAULT false,
    message text NOT NULL,
    content_hash text NOT NULL,
    delivery_methods text NOT NULL,
    delivery_day date NOT NULL,
    created_at timestamptz NOT NULL,
    delivered_at timestamptz,
    next_attempt_at timestamptz,
    lease_token uuid,
    lease_until timestamptz,
    UNIQUE (firing_id, channel)
);
-- One accepted delivery per user, alert, channel and day, whatever happens.
CREATE UNIQUE INDEX alert_deliveries_day ON alert_deliveries (user_id, alert_id, channel, delivery_day)
    WHERE NOT is_test AND status <> 'suppressed';
CREATE INDEX alert_deliveries_user ON alert_deliveries (user_id, created_at DESC, id DESC);
CREATE INDEX alert_deliveries_alert ON alert_deliveries (alert_id, created_at DESC, id DESC);
CREATE INDEX alert_deliveries_content ON alert_deliveries (alert_id, channel, content_hash);
CREATE INDEX alert_deliveries_due ON alert_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE notifications (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    alert_id uuid REFERENCES alerts (id),
    delivery_id uuid UNIQUE REFERENCES alert_deliveries (id),
    message text NOT NULL,
    delivered_at timestamptz NOT NULL,
    read_at timestamptz,
    created_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE INDEX notifications_user ON notifications (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;

-- What was stopped without a firing: one row per alert, reason and window, counted.
CREATE TABLE alert_suppressions (
    alert_id uuid NOT NULL REFERENCES alerts (id),
    reason text NOT NULL,
    window_start timestamptz NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (alert_id, reason, window_start)
);

-- A rule that throws leaves a row here, in the transaction that decided the others.
CREATE TABLE alert_evaluation_errors (
    alert_id uuid NOT NULL REFERENCES alerts (id),
    at timestamptz NOT NULL,
    error text NOT NULL,
    PRIMARY KEY (alert_id, at)
);
