using System.Net;
using System.Net.Http.Json;

using DawsOS.Harness;

namespace DawsOS.Accounts;

/// <summary>What one user owns, a row of every kind that has an id, to be asked for by another.</summary>
internal sealed class ForeignRows(HttpClient owner)
{
    private static readonly string[] Lists =
        ["/v1/alerts", "/v1/deliveries", "/v1/notifications", "/v1/runs", "/auth/sessions", "/auth/api-keys", "/v1/me/channels", "/v1/audit"];

    /// <summary>Ids by what they are of.</summary>
    public Dictionary<string, List<string>> Ids { get; } = new(StringComparer.Ordinal)
    {
        ["alert"] = [],
        ["notification"] = [],
        ["run"] = [],
        ["session"] = [],
        ["key"] = [],
        ["portfolio"] = [],
    };

    public HttpClient Owner { get; } = owner;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes so many of each; the owner is a MANAGER.</summary>
    public static async Task<ForeignRows> MakeAsync(DawsApp app, int count)
    {
        var rows = new ForeignRows(await app.SignInAsNewAsync("MANAGER"));
        var me = (await rows.Owner.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid();
        var email = rows.Owner.DefaultRequestHeaders.From!;
        for (var n = 0; n < count; n++)
        {
            // The portfolio work has no routes yet.
            var portfolio = Guid.CreateVersion7();
            await app.WriteAsync("INSERT INTO portfolios (id, user_id, name) VALUES (@portfolio, @me, 'secret')", new { portfolio, me });
            rows.Ids["portfolio"].Add($"{portfolio}");
            rows.Ids["alert"].Add(await rows.IdAsync(
                "/v1/alerts", new { name = $"secret {n}", condition_json = new { type = "series", series_id = $"FOREIGN{n}.{me:N}", op = ">", value = 1 }, channels = new { email = true } }));
            await rows.Owner.CallAsync($"/v1/series/FOREIGN{n}.{me:N}/observations", new { observations = new[] { new { date = "2026-02-27", value = 2 } } });
            rows.Ids["key"].Add(await rows.IdAsync("/auth/api-keys", new { name = $"secret {n}" }));
            using var login = await app.LoginAsync(email, AccountCalls.Password);
            var run = await rows.Owner.CallAsync("/v1/execute?mode=async", new { pattern_id = "market_snapshot", inputs = new { series_ids = new[] { $"FOREIGN{n}.{me:N}" } } }, HttpStatusCode.Accepted);
            rows.Ids["run"].Add(run["run_id"].GetString()!);
            using var ended = await rows.Owner.GetAsync($"/v1/runs/{rows.Ids["run"][^1]}/events", Token);
            await ended.Content.ReadAsStringAsync(Token);
        }
        rows.Ids["notification"].AddRange((await rows.Owner.GetAsync("/v1/notifications?limit=1000", HttpStatusCode.OK))["notifications"].EnumerateArray().Select(AlertId));
        rows.Ids["session"].AddRange((await rows.Owner.GetAsync("/auth/sessions?limit=1000", HttpStatusCode.OK))["items"].EnumerateArray().Select(AlertId));
        return rows;

        static string AlertId(System.Text.Json.JsonElement row) => row.GetProperty("id").GetString()!;
    }

    /// <summary>All that the owner sees, to be compared with what they see afterwards.</summary>
    public async Task<string> StateAsync()
    {
        var texts = new List<string>();
        foreach (var list in Lists)
        {
            texts.Add((await Owner.GetAsync(list.StartsWith("/v1/me", StringComparison.Ordinal) ? list : list + "?limit=1000", HttpStatusCode.OK)).Text);
        }
        return string.Join('\n', texts);
    }

    private async Task<string> IdAsync(string path, object body)
    {
        using var response = await Owner.PostAsJsonAsync(path, body, Token);
        return (await response.JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString()!;
    }
}
