-- Failures in a row since the last sign-in; with the fifth the account is locked for a while.
ALTER TABLE users ADD COLUMN failed_login_attempts integer NOT NULL DEFAULT 0 CHECK (failed_login_attempts >= 0);
ALTER TABLE users ADD COLUMN locked_until timestamptz;

-- One row per sign-in. Every token and cookie names its session; one that ended or expired opens nothing, whatever its tokens say.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    kind text NOT NULL CHECK (kind IN ('api', 'browser')),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_reason text,
    ip_address text NOT NULL,
    user_agent text NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id, created_at DESC, id DESC);

-- Each is good once: it is exchanged for the next one. A used one that comes back was copied, so its session ends.
CREATE TABLE refresh_tokens (
    token_hash text PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    name text NOT NULL,
    key_hash text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_keys_user ON api_keys (user_id, id DESC);

-- Who did what, when, from where. No user: nobody was signed in.
CREATE TABLE audit_log (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    user_id uuid,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    details text NOT NULL,
    request_id text NOT NULL,
    ip_address text NOT NULL,
    user_agent text NOT NULL
);
INSERT INTO audit_log (id, at, user_id, action, resource_type, resource_id, details, request_id, ip_address, user_agent)
SELECT id, at, user_id, CASE action WHEN 'pattern.execute' THEN 'execute_pattern' ELSE action END,
    split_part(subject, ':', 1), substr(subject, strpos(subject, ':') + 1), details, request_id, '', ''
FROM audit;
DROP TABLE audit;
CREATE INDEX audit_log_user ON audit_log (user_id, at DESC, id DESC);
CREATE INDEX audit_log_at ON audit_log (at DESC, id DESC);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''audit_log is append-only''; END';
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
