-- Every condition, email, retries, the dead-letter queue, and what a stream of notifications reads by.

-- side_known: whether latched says on which side of its condition a cross alert stands. pending: a `for` is running. stale: past its no-data
-- deadline when last decided. recheck: its leaves are marked so, kept here to be compared without reading them.
ALTER TABLE alerts ADD COLUMN message_template text;
ALTER TABLE alerts ADD COLUMN side_known boolean NOT NULL DEFAULT true;
ALTER TABLE alerts ADD COLUMN pending boolean NOT NULL DEFAULT false;
ALTER TABLE alerts ADD COLUMN stale boolean NOT NULL DEFAULT false;
ALTER TABLE alerts ADD COLUMN recheck boolean NOT NULL DEFAULT false;
UPDATE alerts SET recheck = true WHERE id IN (SELECT alert_id FROM alert_leaves WHERE recheck);

-- A tick asks for alert ids by the thousand: they are in the index itself.
DROP INDEX alert_leaves_boundary;
DROP INDEX alert_leaves_recheck;
CREATE INDEX alert_leaves_boundary ON alert_leaves (series_id, boundary) INCLUDE (alert_id);
CREATE INDEX alert_leaves_recheck ON alert_leaves (series_id) INCLUDE (alert_id) WHERE recheck;

-- A firing for want of data may have no value.
ALTER TABLE firings ALTER COLUMN value DROP NOT NULL;
ALTER TABLE firings ALTER COLUMN observed_on DROP NOT NULL;

-- attempts: sends begun. final: the next failure ends it (a redrive of what was dead). A delivery that is being sent has a lease and no
-- next_attempt_at; one that waits has a next_attempt_at and no lease.
ALTER TABLE alert_deliveries ADD COLUMN subject text;
ALTER TABLE alert_deliveries ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE alert_deliveries ADD COLUMN retry_count integer NOT NULL DEFAULT 0;
ALTER TABLE alert_deliveries ADD COLUMN final boolean NOT NULL DEFAULT false;
CREATE INDEX alert_deliveries_leased ON alert_deliveries (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX alert_deliveries_alert_due ON alert_deliveries (alert_id) WHERE next_attempt_at IS NOT NULL OR lease_until IS NOT NULL;

CREATE TABLE delivery_attempts (
    delivery_id uuid NOT NULL REFERENCES alert_deliveries (id),
    number integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text NOT NULL CHECK (outcome IN ('started', 'delivered', 'failed', 'uncertain', 'blocked')),
    error text,
    PRIMARY KEY (delivery_id, number)
);

-- One row per delivery that failed at least once; changed only together with it.
CREATE TABLE alert_dlq (
    id uuid PRIMARY KEY,
    delivery_id uuid NOT NULL UNIQUE REFERENCES alert_deliveries (id),
    alert_id uuid NOT NULL REFERENCES alerts (id),
    user_id uuid NOT NULL,
    channel text NOT NULL,
    class text NOT NULL CHECK (class IN ('retryable', 'permanent', 'misconfigured', 'uncertain')),
    reason text,
    alert_data text NOT NULL,
    error_message text NOT NULL,
    retry_count integer NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'dead', 'resolved')),
    created_at timestamptz NOT NULL,
    last_retry_at timestamptz,
    next_attempt_at timestamptz
);
CREATE INDEX alert_dlq_created ON alert_dlq (created_at DESC, id DESC);
CREATE INDEX alert_dlq_unresolved ON alert_dlq (status) WHERE status <> 'resolved';

-- Without a row: UTC, and email to the login address.
CREATE TABLE user_channels (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    time_zone text NOT NULL,
    email_address text,
    email_enabled boolean NOT NULL,
    updated_at timestamptz NOT NULL
);

-- The order in which a stream reads: no transaction that commits later can come before a position that was read below the oldest running one.
ALTER TABLE notifications ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
-- A notice tells a user that data is missing: at most one a day, and of no delivery.
ALTER TABLE notifications ADD COLUMN notice_day date;
CREATE INDEX notifications_stream ON notifications (user_id, xid, id);
CREATE UNIQUE INDEX notifications_notice ON notifications (user_id, notice_day) WHERE notice_day IS NOT NULL;
