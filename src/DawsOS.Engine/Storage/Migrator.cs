using System.Data.Common;

using Dapper;

using Microsoft.Data.Sqlite;

namespace DawsOS.Storage;

/// <summary>Brings the schema to this program's version under a lock; each migration is one transaction with its own record.</summary>
internal sealed class Migrator(Database database, TimeProvider clock)
{
    // Any constant will do: it names this lock among the advisory locks of the database.
    private const long AdvisoryLock = 0x64617773;

    private string Advice => database.Dialect == Dialect.Postgres
        ? "check DATABASE_URL and that the server runs"
        : "check that this user may read and write the file and its directory";

    private static string AdviceFor(DbException e, string otherwise) => e is SqliteException { SqliteErrorCode: 11 or 26 }
        ? "it is damaged or no database: put back a copy, or move it away to begin anew"
        : otherwise;

    /// <summary>Applies what is missing; answers how many.</summary>
    /// <exception cref="StartupException">Says in one sentence why the schema cannot be used.</exception>
    public async Task<int> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        try
        {
            return await LockedAsync(connection, cancellationToken);
        }
        catch (DbException e)
        {
            throw new StartupException($"The database {database.Describe} cannot be migrated ({e.Message}): {AdviceFor(e, "put that right and start again")}.", e);
        }
    }

    /// <summary>True when nothing is left to apply and nothing differs.</summary>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        var known = Sql.Migrations(database.Dialect);
        return applied.Count == known.Count && known.Zip(applied).All(pair => pair.First.Sha256 == pair.Second.Sha256);
    }

    private async Task<int> LockedAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (database.Dialect == Dialect.Postgres)
        {
            await connection.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_lock(@key)", new { key = AdvisoryLock }, cancellationToken: cancellationToken));
        }
        else
        {
            // Kept in the file. Readers then never block the writer's commit, ours or Orleans'.
            await connection.ExecuteAsync(new CommandDefinition("PRAGMA journal_mode = WAL", cancellationToken: cancellationToken));
            // A table that is made anew is dropped while others refer to it (sqlite.org/lang_altertable.html §7); checked before the commit.
            await connection.ExecuteAsync(new CommandDefinition("PRAGMA foreign_keys = OFF", cancellationToken: cancellationToken));
        }
        try
        {
            if (database.Dialect == Dialect.Postgres)
            {
                await DatabaseRoles.EnsureAsync(connection, cancellationToken);
            }
            return await ApplyAsync(connection, cancellationToken);
        }
        finally
        {
            if (database.Dialect == Dialect.Postgres)
            {
                await connection.ExecuteAsync("SELECT pg_advisory_unlock(@key)", new { key = AdvisoryLock });
            }
            else
            {
                // The connection goes back to its pool.
                await connection.ExecuteAsync("PRAGMA foreign_keys = ON");
            }
        }
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await database.OpenAsync(cancellationToken);
        }
        catch (DatabaseUnavailableException e)
        {
            throw new StartupException($"The database {database.Describe} cannot be used ({e.Message}): {Advice}.", e);
        }
        catch (DbException e)
        {
            // Wrong password, no such database, no database file and the like: the message holds no secret.
            throw new StartupException($"The database {database.Describe} cannot be opened ({e.Message}): {AdviceFor(e, Advice)}.", e);
        }
    }

    private async Task<int> ApplyAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations
                (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at text NOT NULL)
            """, cancellationToken: cancellationToken));
        var plan = MigrationRules.Plan(Sql.Migrations(database.Dialect), await AppliedAsync(connection, cancellationToken));
        foreach (var migration in plan)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(migration.Text, transaction: transaction, cancellationToken: cancellationToken));
            if (database.Dialect == Dialect.Sqlite
                && await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition("PRAGMA foreign_key_check", transaction: transaction, cancellationToken: cancellationToken)) is { } table)
            {
                throw new StartupException($"Migration {migration.Number:D4} ({migration.Name}) would leave rows of {table} without what they refer to: put a copy back and report this.");
            }
            await connection.ExecuteAsync(new CommandDefinition(
                "INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES (@Number, @Name, @Sha256, @At)",
                new { migration.Number, migration.Name, migration.Sha256, At = clock.GetUtcNow().ToString("O") },
                transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }
        return plan.Count;
    }

    private static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(DbConnection connection, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<AppliedMigration>(new CommandDefinition(
            "SELECT number, name, sha256 FROM schema_migrations ORDER BY number", cancellationToken: cancellationToken))];
}
