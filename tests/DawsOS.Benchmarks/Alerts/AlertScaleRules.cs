using System.Data.Common;

using Dapper;

using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>Rows by the million, as the program itself would write them; there is no route for that many.</summary>
internal static class AlertScaleRules
{
    private const string Columns =
        "id, user_id, name, condition_type, condition_json, mode, no_data, severity, notify_inapp, notify_email, channels, cooldown_seconds, last_fired_at, cooldown_until, latched, wake_at, is_active, rule_version, row_version, created_at, updated_at";

    /// <summary>Rules above or below thresholds of 50 to 150, of a series that stands at 100; all cooling down for a day.</summary>
    public static async Task InsertAsync(Database database, Guid user, int rules, int series)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow();
        var postgres = database.Dialect == Dialect.Postgres;
        // Ids in order of their number, thresholds spread by a multiplication that visits all of 10,000 places.
        var n = postgres ? "generate_series(0, @rules - 1) AS n" : "(WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < @rules - 1) SELECT n FROM numbers)";
        var id = postgres ? "('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid" : "printf('00000000-0000-7000-8000-%012x', n)";
        var threshold = "(50 + ((n / @series) * 7919 + (n % 10000) * 4729) % 10000 / 100.0)";
        var text = postgres ? $"trim_scale(round(({threshold})::numeric, 2))::text" : $"printf('%.2f', {threshold})";
        var above = postgres ? "n % 2 = 0" : "(n % 2 = 0)";
        await RunAsync(
            connection,
            $$"""
            INSERT INTO alerts ({{Columns}})
            SELECT {{id}}, @user, 'bulk', 'series',
                '{"op":"' || CASE WHEN {{above}} THEN '>' ELSE '<' END || '","series_id":"M' || (n % @series) || '","type":"series","value":' || {{text}} || '}',
                'level', 'keep', 'warning', (1 = 1), (1 = 0), '{"email":false,"inapp":true,"webhook":false}', {{(postgres ? "86400" : "'86400'")}}, @now, @until,
                ({{above}} AND {{threshold}} < 100) OR (NOT {{above}} AND {{threshold}} > 100), NULL, (1 = 1), 1, 1, @now, @now
            FROM {{n}};
            INSERT INTO alert_leaves (alert_id, leaf, part, series_id, boundary)
            SELECT {{id}}, 0, 0, 'M' || (n % @series), {{(postgres ? text + "::float8" : $"CAST({text} AS REAL)")}}
            FROM {{n}}
            """,
            new { user, rules, series, now, until = now.AddDays(1) });
    }

    /// <summary>Rules above 100 and up of one series, armed.</summary>
    public static async Task InsertArmedAsync(Database database, Guid user, string series, int rules, bool email)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync();
        var now = TimeProvider.System.GetUtcNow();
        for (var n = 0; n < rules; n++)
        {
            var id = Guid.CreateVersion7(now);
            await connection.ExecuteAsync(
                $"INSERT INTO alerts ({Columns}) VALUES (@id, @user, @series, 'series', @condition, 'level', 'keep', 'warning', (1 = 1), @email, @channels, @cooldown, NULL, NULL, (1 = 0), NULL, (1 = 1), 1, 1, @now, @now)",
                new
                {
                    id,
                    user,
                    series,
                    condition = $$"""{"op":">","series_id":"{{series}}","type":"series","value":{{100 + n}}}""",
                    email,
                    channels = $$"""{"email":{{(email ? "true" : "false")}},"inapp":true,"webhook":false}""",
                    cooldown = 86_400m,
                    now,
                },
                transaction);
            await connection.ExecuteAsync(
                "INSERT INTO alert_leaves (alert_id, leaf, part, series_id, boundary) VALUES (@id, 0, 0, @series, @boundary)", new { id, series, boundary = 100d + n }, transaction);
        }
        await transaction.CommitAsync();
    }

    /// <summary>As many reminders as cooling alerts would have.</summary>
    public static async Task InsertRemindersAsync(Database database, int count)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        var rows = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM OrleansRemindersTable");
        var (id, hash) = database.Dialect == Dialect.Postgres
            ? ("grainid || '/' || n", "grainhash + n")
            : ("GrainId || '/' || n", "GrainHash + n");
        var numbers = database.Dialect == Dialect.Postgres
            ? "generate_series(1, @copies) AS n"
            : "(WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < @copies) SELECT n FROM numbers)";
        await RunAsync(
            connection,
            $"INSERT INTO OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version) SELECT ServiceId, {id}, ReminderName, StartTime, Period, {hash}, Version FROM OrleansRemindersTable, {numbers}",
            new { copies = (int)Math.Max(0, (count - rows) / Math.Max(1, rows)) });
    }

    private static Task<int> RunAsync(DbConnection connection, string sql, object args) => connection.ExecuteAsync(sql, args, commandTimeout: 3600);
}
