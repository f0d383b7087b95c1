-- Users sign in and own rows; portfolios are here for ownership checks only until the portfolio work.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    password_hash text NOT NULL,
    role text NOT NULL CHECK (role IN ('VIEWER', 'USER', 'MANAGER', 'ADMIN')),
    is_active boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE portfolios (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    name text NOT NULL,
    base_currency text NOT NULL DEFAULT 'CAD',
    is_active boolean NOT NULL DEFAULT true
);
CREATE INDEX portfolios_user ON portfolios (user_id);
