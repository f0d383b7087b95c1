using System.Data.Common;

using Dapper;

using Npgsql;

namespace DawsOS.Storage;

/// <summary>
/// The two roles of <see cref="As"/> on Postgres, which belong to the server and not to one database. Made when the login may, else the start stops
/// and says what to run.
/// </summary>
internal static class DatabaseRoles
{
    /// <exception cref="StartupException">They are missing or wrong, and this login may not put that right.</exception>
    public static async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (await FaultAsync(connection, cancellationToken) is null)
        {
            return;
        }
        foreach (var statement in Statements(null))
        {
            await TryAsync(connection, statement, cancellationToken);
        }
        if (await FaultAsync(connection, cancellationToken) is { } fault)
        {
            var login = await connection.ExecuteScalarAsync<string>(new CommandDefinition("SELECT quote_ident(current_user)", cancellationToken: cancellationToken));
            throw new StartupException($"{fault} This login may not change that; have a superuser run: {string.Join(' ', Statements(login).Select(s => s + ';'))}");
        }
    }

    private static string[] Statements(string? login) =>
    [
        $"CREATE ROLE {As.UserRole} NOLOGIN NOBYPASSRLS",
        $"CREATE ROLE {As.JobRole} NOLOGIN BYPASSRLS",
        $"GRANT {As.UserRole}, {As.JobRole} TO {login ?? "CURRENT_USER"}",
    ];

    // Another process may be making them: what counts is whether they are there afterwards.
    private static async Task TryAsync(DbConnection connection, string statement, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(statement, cancellationToken: cancellationToken));
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InternalError)
        {
            // Told by what FaultAsync finds.
        }
    }

    private static async Task<string?> FaultAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var roles = (await connection.QueryAsync<RoleRow>(new CommandDefinition(
            """
            SELECT rolname AS name, rolbypassrls OR rolsuper AS bypasses, pg_has_role(current_user, oid, 'MEMBER') AS is_member
            FROM pg_roles WHERE rolname IN (@UserRole, @JobRole)
            """,
            new { As.UserRole, As.JobRole }, cancellationToken: cancellationToken))).ToDictionary(role => role.Name);
        return !roles.TryGetValue(As.UserRole, out var user) ? $"The role {As.UserRole} is missing."
            : !roles.TryGetValue(As.JobRole, out var job) ? $"The role {As.JobRole} is missing."
            : user.Bypasses ? $"The role {As.UserRole} may pass by row-level security, so it would keep nobody out: ALTER ROLE {As.UserRole} NOSUPERUSER NOBYPASSRLS."
            : !job.Bypasses ? $"The role {As.JobRole} may not pass by row-level security: ALTER ROLE {As.JobRole} BYPASSRLS."
            : !(user.IsMember && job.IsMember) ? $"The login of DATABASE_URL is no member of {As.UserRole} and {As.JobRole}."
            : null;
    }

    private sealed record RoleRow
    {
        public string Name { get; init; } = "";

        public bool Bypasses { get; init; }

        public bool IsMember { get; init; }
    }
}
