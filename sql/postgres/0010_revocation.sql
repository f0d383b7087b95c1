-- What was revoked stays revoked, whoever writes.
CREATE FUNCTION refuse_revival() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''what was revoked stays revoked'' USING ERRCODE = ''insufficient_privilege''; END';
CREATE TRIGGER sessions_stay_ended BEFORE UPDATE OF ended_at ON sessions
    FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) EXECUTE FUNCTION refuse_revival();
CREATE TRIGGER api_keys_stay_revoked BEFORE UPDATE OF revoked_at ON api_keys
    FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) EXECUTE FUNCTION refuse_revival();

-- Nobody raises himself: roles and switches are an ADMIN's, and DawsOS' own.
CREATE FUNCTION refuse_own_role() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''only an ADMIN changes roles'' USING ERRCODE = ''insufficient_privilege''; END';
CREATE TRIGGER users_keep_their_role BEFORE UPDATE OF role, is_active ON users
    FOR EACH ROW WHEN ((NEW.role, NEW.is_active) IS DISTINCT FROM (OLD.role, OLD.is_active) AND current_user = 'dawsos_app' AND NOT app_is_admin())
    EXECUTE FUNCTION refuse_own_role();

-- An ADMIN who switches a user off revokes the keys too.
CREATE POLICY administrate ON api_keys TO dawsos_app USING (app_is_admin()) WITH CHECK (app_is_admin());

-- With what somebody acted: session:<id>, key:<id>, or nothing.
ALTER TABLE audit_log ADD COLUMN credential text NOT NULL DEFAULT '';
