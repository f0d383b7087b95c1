-- A second wall behind the ownership in every query. Each transaction enters one of two roles (which the migrator makes): dawsos_app for a user's
-- request, whom these policies hold to rows of app.user_id, and dawsos_job, which may pass by them, for what DawsOS does by itself.
-- Forced, so that the owner of the tables sees nothing without such a role: a migration that changes rows enters dawsos_job first.
DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO dawsos_app, dawsos_job', current_schema()); END $$;

CREATE FUNCTION app_user_id() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;
CREATE FUNCTION app_is_admin() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('app.user_role', true) = 'ADMIN', false) $$;

-- Everybody's: series and what they are made of.
GRANT SELECT, INSERT, UPDATE ON series TO dawsos_app;
GRANT SELECT ON observations TO dawsos_app;
GRANT SELECT, INSERT, UPDATE ON tick_counter, series, observations, ingests, series_ticks TO dawsos_job;

-- Jobs.
GRANT SELECT, INSERT, UPDATE, DELETE ON users, sessions, refresh_tokens, api_keys, portfolios, alerts, alert_leaves, alert_versions, firings,
    alert_deliveries, delivery_attempts, notifications, alert_suppressions, alert_evaluation_errors, alert_dlq, user_channels, runs TO dawsos_job;
GRANT SELECT, INSERT ON audit_log TO dawsos_job;

-- Own rows.
DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['alerts', 'firings', 'alert_deliveries', 'notifications', 'api_keys', 'user_channels']
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO dawsos_app', owned);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned);
        EXECUTE format('CREATE POLICY own ON %I TO dawsos_app USING (user_id = app_user_id()) WITH CHECK (user_id = app_user_id())', owned);
    END LOOP;
END $$;

-- Rows of an alert or a delivery that is the user's: these are looked up under their own policies.
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_leaves TO dawsos_app;
GRANT SELECT, INSERT ON alert_versions TO dawsos_app;
GRANT SELECT, INSERT, UPDATE ON alert_suppressions, alert_evaluation_errors TO dawsos_app;
DO $$
DECLARE part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['alert_leaves', 'alert_versions', 'alert_suppressions', 'alert_evaluation_errors']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
        EXECUTE format('CREATE POLICY own ON %1$I TO dawsos_app USING (EXISTS (SELECT 1 FROM alerts a WHERE a.id = %1$I.alert_id))', part);
    END LOOP;
END $$;
GRANT SELECT ON delivery_attempts TO dawsos_app;
ALTER TABLE delivery_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivery_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON delivery_attempts TO dawsos_app USING (EXISTS (SELECT 1 FROM alert_deliveries d WHERE d.id = delivery_attempts.delivery_id));

-- What an ADMIN may see besides.
GRANT SELECT, INSERT, UPDATE ON users TO dawsos_app;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON users TO dawsos_app USING (id = app_user_id() OR app_is_admin()) WITH CHECK (id = app_user_id() OR app_is_admin());

GRANT SELECT, UPDATE ON sessions TO dawsos_app;
GRANT SELECT, UPDATE ON refresh_tokens TO dawsos_app;
GRANT SELECT ON portfolios, runs TO dawsos_app;
GRANT SELECT, INSERT ON alert_dlq TO dawsos_app;
DO $$
DECLARE owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY['sessions', 'refresh_tokens', 'portfolios', 'runs', 'alert_dlq']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', owned);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', owned);
        EXECUTE format(
            'CREATE POLICY own ON %I TO dawsos_app USING (user_id = app_user_id() OR app_is_admin()) WITH CHECK (user_id = app_user_id() OR app_is_admin())', owned);
    END LOOP;
END $$;

-- Whoever acts is told of; nobody is made to have acted who did not.
GRANT SELECT, INSERT ON audit_log TO dawsos_app;
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON audit_log FOR SELECT TO dawsos_app USING (user_id = app_user_id() OR app_is_admin());
CREATE POLICY append ON audit_log FOR INSERT TO dawsos_app WITH CHECK (user_id = app_user_id());
