-- What was revoked stays revoked, whoever writes.
CREATE TRIGGER sessions_stay_ended BEFORE UPDATE OF ended_at ON sessions
    WHEN OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at BEGIN SELECT RAISE(ABORT, 'what was revoked stays revoked'); END;
CREATE TRIGGER api_keys_stay_revoked BEFORE UPDATE OF revoked_at ON api_keys
    WHEN OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at BEGIN SELECT RAISE(ABORT, 'what was revoked stays revoked'); END;

-- INSERT OR REPLACE takes a row away without a DELETE that a trigger sees.
CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
    WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id) BEGIN SELECT RAISE(IGNORE); END;

-- With what somebody acted: session:<id>, key:<id>, or nothing.
ALTER TABLE audit_log ADD COLUMN credential TEXT NOT NULL DEFAULT '';
