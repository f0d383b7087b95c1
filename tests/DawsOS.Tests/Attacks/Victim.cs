using System.Globalization;
using System.Net;
using System.Text.Json;

using Dapper;

using DawsOS.Accounts;
using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Attacks;

/// <summary>A user with many rows of every kind, whose texts all hold a mark that nobody else may ever read.</summary>
internal sealed class Victim
{
    public const string Mark = "mark-of-b";
    private const int KeysOfAUser = 50;

    private static readonly string[] Tables =
    [
        "users", "sessions", "refresh_tokens", "api_keys", "portfolios", "alerts", "alert_leaves", "alert_versions", "firings", "alert_deliveries",
        "delivery_attempts", "notifications", "alert_dlq", "user_channels", "runs", "audit_log", "observations",
    ];

    private readonly Dictionary<string, IReadOnlyList<string>> _ids = [];
    private readonly string _email = $"{Mark}-{Guid.CreateVersion7():N}@example.test";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Every id of the victim.</summary>
    public IEnumerable<string> AllIds => _ids.Values.SelectMany(ids => ids);

    /// <summary>Row number n of a kind; there are less keys than other rows.</summary>
    public string Id(string kind, int n) => _ids[kind][n % _ids[kind].Count];

    public static async Task<Victim> MakeAsync(DawsApp app, HttpClient admin, int rows)
    {
        var victim = new Victim();
        var email = victim._email;
        var user = await admin.CallAsync("/auth/users", new { email, password = DawsApp.AdminPassword, role = "USER" }, HttpStatusCode.Created);
        using var http = await app.SignInAsync(email);
        var series = string.Create(CultureInfo.InvariantCulture, $"B{Guid.CreateVersion7():N}");
        await admin.CallAsync($"/v1/series/{series}/observations", new { observations = new[] { new { date = "2026-02-26", value = 1 } } });
        await EachAsync(rows, _ => http.CallAsync(
            "/v1/alerts",
            new
            {
                name = Mark,
                condition_json = new { type = "series", series_id = series, op = ">", value = 30 },
                channels = new { inapp = true, email = true },
            },
            HttpStatusCode.Created));
        // Without a mail server each of them comes into the dead-letter queue, too.
        await admin.CallAsync($"/v1/series/{series}/observations", new { observations = new[] { new { date = "2026-02-27", value = 31 } } });
        await EachAsync(rows, _ => http.CallAsync(
            "/v1/execute?mode=async", new { pattern_id = "market_snapshot", inputs = new { series_ids = new[] { series } } }, HttpStatusCode.Accepted));
        await EachAsync(rows, async _ => (await app.SignInAsync(email)).Dispose());
        await EachAsync(Math.Min(rows, KeysOfAUser), n => http.CallAsync("/auth/api-keys", new { name = $"{Mark} {n}" }, HttpStatusCode.Created));
        var alerts = await IdsAsync(http, "/v1/alerts");
        victim._ids["user"] = [user["id"].GetString()!];
        victim._ids["alert"] = alerts;
        victim._ids["notification"] = await IdsAsync(http, "/v1/notifications", "notifications");
        victim._ids["delivery"] = await IdsAsync(http, "/v1/deliveries");
        victim._ids["run"] = await IdsAsync(http, "/v1/runs", member: "run_id");
        victim._ids["session"] = await IdsAsync(http, "/auth/sessions");
        victim._ids["key"] = await IdsAsync(http, "/auth/api-keys");
        victim._ids["entry"] = [.. (await admin.GetAsync("/v1/alerts/dlq?limit=1000", HttpStatusCode.OK))["items"].EnumerateArray()
            .Where(entry => alerts.Contains(Text(entry, "alert_id"))).Select(entry => Text(entry, "id"))];
        victim._ids["portfolio"] = [.. Enumerable.Range(0, rows).Select(_ => $"{Guid.CreateVersion7():D}")];
        foreach (var portfolio in victim._ids["portfolio"])
        {
            await victim.AddPortfolioAsync(app, Guid.Parse(portfolio));
        }
        return victim;
    }

    /// <summary>What others do not find is there: for its owner each of the attempts that only reads succeeds.</summary>
    public async Task OpensAsync(DawsApp app, IEnumerable<IdAttempt> attempts)
    {
        using var http = await app.SignInAsync(_email);
        foreach (var attempt in attempts.Where(attempt => attempt is { Method: "GET", Status: 404 }))
        {
            using var response = await http.GetAsync(attempt.Path.Replace("ID", Id(attempt.Kind, 0), StringComparison.Ordinal), Token);
            Assert.True(response.IsSuccessStatusCode, $"{attempt}: {response.StatusCode}");
        }
    }

    /// <summary>All rows of the tables that hold users' rows; the attackers' own and what tells of them do not count.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(DawsApp app)
    {
        await using var connection = await app.Services.GetRequiredService<Database>().OpenAsync(Token);
        List<string> rows = [];
        foreach (var table in Tables)
        {
            rows.AddRange((await connection.QueryAsync($"SELECT * FROM {table}"))
                .Select(row => $"{table}: {string.Join(" | ", ((IDictionary<string, object?>)row).Select(column => $"{column.Key}={column.Value}"))}")
                .Where(row => AllIds.Any(id => row.Contains(id, StringComparison.OrdinalIgnoreCase)))
                .Order(StringComparer.Ordinal));
        }
        return rows;
    }

    private async Task AddPortfolioAsync(DawsApp app, Guid id)
    {
        await app.WriteAsync("INSERT INTO portfolios (id, user_id, name) VALUES (@id, @owner, @name)", new { id, owner = Guid.Parse(Id("user", 0)), name = Mark });
        foreach (var series in new[] { $"metric:{id:D}:twr_1d", $"dar:{id:D}:0.95:30" })
        {
            await app.WriteAsync(
                "INSERT INTO series (id, observation_count, first_date, newest_date, newest_value, tick) VALUES (@series, 1, @date, @date, @value, 1)",
                new { series, date = new DateOnly(2026, 2, 26), value = 5m });
            await app.WriteAsync(
                "INSERT INTO observations (series_id, date, tick, value, recorded_at) VALUES (@series, @date, 1, @value, @now)",
                new { series, date = new DateOnly(2026, 2, 26), value = 5m, now = app.Clock.GetUtcNow() });
        }
    }

    private static Task EachAsync(int count, Func<int, Task> act) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (n, _) => await act(n));

    private static async Task<IReadOnlyList<string>> IdsAsync(HttpClient http, string path, string list = "items", string member = "id") =>
        [.. (await http.GetAsync($"{path}?limit=1000", HttpStatusCode.OK))[list].EnumerateArray().Select(item => Text(item, member))];

    private static string Text(JsonElement item, string member) => item.GetProperty(member).GetString()!;
}
