-- Users sign in and own rows; portfolios are here for ownership checks only until the portfolio work.
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('VIEWER', 'USER', 'MANAGER', 'ADMIN')),
    is_active INTEGER NOT NULL DEFAULT 1,
    last_login_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE portfolios (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    base_currency TEXT NOT NULL DEFAULT 'CAD',
    is_active INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX portfolios_user ON portfolios (user_id);
