namespace DawsOS.Hosting;

/// <summary>One environment variable: the help, the README table and the compose file are checked against this list.</summary>
internal sealed record Variable(string Name, string Default, string Meaning)
{
    public static readonly IReadOnlyList<Variable> All =
    [
        new("DATABASE_URL", "unset", "postgresql://user:pass@host:port/db?sslmode=… or Npgsql's Host=…;… form; unset = SQLite in DAWSOS_DATA"),
        new("DAWSOS_DATA", "./data", "directory of the embedded database, its lock and the token secret; one process at a time"),
        new("DAWSOS_ADMIN_EMAIL", "admin@localhost", "the first ADMIN, made when there are no users"),
        new("DAWSOS_ADMIN_PASSWORD", "random, printed once", "the first ADMIN's password, at least 12 characters"),
        new("AUTH_JWT_SECRET", "kept in DAWSOS_DATA", "signs tokens, at least 32 bytes; required with DATABASE_URL, the same on every silo"),
        new("AUTH_JWT_SECRET_PREVIOUS", "unset", "the secret that AUTH_JWT_SECRET replaced: its tokens still open, and nothing is signed with it; leave it out a day later"),
        new("ASPNETCORE_URLS", "http://127.0.0.1:8000", "where the front door listens; --urls overrides"),
        new("METRICS_PORT", "unset", "serves /metrics on a loopback port of its own instead of the front door's"),
        new("RATE_LIMIT_USER_PER_MINUTE", "100", "executions and logins per user a minute, 0 = off"),
        new("RATE_LIMIT_GLOBAL_PER_MINUTE", "1000", "executions and logins of all users a minute, 0 = off"),
        new("PATTERNS_PATH", "unset", "a directory of more pattern definitions, *.json; looked at every two seconds"),
        new("AGENT_BREAKER_THRESHOLD", "5", "consecutive infrastructure failures that open an agent's circuit"),
        new("AGENT_BREAKER_SECONDS", "60", "how long an agent's circuit stays open before one call tries again"),
        new("AGENT_MAX_CONCURRENCY", "256", "calls of one agent at a time; more are refused as transient"),
        new("MAX_STEP_RESULT_BYTES", "4194304", "bytes that one step may answer"),
        new("SMTP_HOST", "unset", "the mail server; with SMTP_FROM it makes email available, without either deliveries by email are unavailable"),
        new("SMTP_FROM", "unset", "the sender's address, e.g. DawsOS <alerts@example.com>"),
        new("SMTP_PORT", "587, with tls 465", "the mail server's port"),
        new("SMTP_USER", "unset", "who signs in at the mail server; unset = nobody"),
        new("SMTP_PASSWORD", "unset", "its password"),
        new("SMTP_SECURITY", "starttls", "starttls, tls or none"),
        new("SMTP_CA_FILE", "unset", "a PEM file with a trust root besides the system's; with it revocation is not asked"),
        new("SMTP_CONNECTIONS", "8", "mails that are sent at a time, 1 to 64"),
        new("USE_AWS_SES", "false", "true sends through Amazon SES: its SMTP host in AWS_REGION, AWS_SES_FROM, and a password made from the AWS secret key"),
        new("AWS_REGION", "us-east-1", "the region of Amazon SES"),
        new("AWS_SES_FROM", "unset", "the sender with Amazon SES"),
        new("AWS_SES_HOST", "that of the region", "another host in its place, for tests"),
        new("AWS_ACCESS_KEY_ID", "unset", "who signs in at Amazon SES"),
        new("AWS_SECRET_ACCESS_KEY", "unset", "what the password at Amazon SES is made from"),
        new("ALERT_RETRY_MINUTES", "5,30,120,720,1440", "minutes from a failed attempt to the next, as many retries as numbers"),
        new("ALERT_RETRY_JITTER", "true", "false takes away the 10 % by which each of these minutes is made shorter or longer"),
        new("ALERT_LEASE_SECONDS", "40", "seconds that a delivery is one silo's to send, 10 to 600; a send may take three quarters of it, and is repeated after it when nobody said how it ended"),
        new("RUN_HISTORY_DAYS", "30", "how long ended runs and their idempotency keys are known"),
        new("CONFORMANCE_AGENT", "false", "true adds the capabilities t.* for black-box tests; never in production"),
        new("ORLEANS_ADDRESS", "127.0.0.1", "what silo and gateway listen on and advertise"),
        new("ORLEANS_SILO_PORT", "11111", "silo to silo"),
        new("ORLEANS_GATEWAY_PORT", "30000", "Orleans clients; they are trusted operators"),
        new("ORLEANS_CLUSTER_ID", "dawsos", "silos with the same id and database form one cluster"),
        new("ORLEANS_SERVICE_ID", "dawsos", "part of every storage key: changing it hides what is stored"),
        new("LOG_LEVEL", "Information", "Trace, Debug, Information, Warning, Error, Critical or None"),
    ];
}
