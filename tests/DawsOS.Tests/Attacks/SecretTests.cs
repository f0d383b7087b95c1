using System.Net;

using DawsOS.Harness;

namespace DawsOS.Attacks;

/// <summary>Whatever happens and however much is logged, no secret is found anywhere, and no address but where it belongs.</summary>
public sealed class SecretTests
{
    private static readonly string[] Dashboard =
        ["version", "DashboardCounters", "ClusterStats", "Reminders", "TopGrainMethods", "GrainTypes", "Trace"];

    private static readonly string[] HashColumns = ["users", "api_keys", "refresh_tokens"];
    private static readonly string[] AddressTables = ["users", "user_channels"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData]
    // Of what ASP.NET Core itself logs, that which knows whole URLs stays closed, as it is unless somebody opens it: the README says so.
    [InlineData(
        "--Logging:LogLevel:Orleans=Debug", "--Logging:LogLevel:Npgsql=Trace", "--Logging:LogLevel:System=Trace", "--Logging:LogLevel:Microsoft.AspNetCore.Authentication=Trace",
        "--Logging:LogLevel:Microsoft.AspNetCore.Authorization=Trace", "--Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel=Debug", "--Logging:LogLevel:Microsoft.AspNetCore.Diagnostics=Trace")]
    public async Task Nothing_secret_or_personal_comes_out_anywhere(params string[] args)
    {
        await using var world = await MarkedWorld.StartAsync(args);
        var (admin, other) = await world.LiveAsync();
        using var _ = admin;
        using var __ = other;

        var metrics = await world.Host.Http.GetStringAsync("/metrics", Token);
        Dictionary<string, string> anyones = new() { ["/metrics"] = metrics, ["/openapi"] = await world.Host.Http.GetStringAsync("/openapi/v1.json", Token) };
        foreach (var path in new[] { "/v1/audit", "/v1/alerts", "/v1/deliveries", "/v1/notifications", "/v1/runs", "/v1/series", "/v1/agents", "/v1/patterns", "/auth/sessions", "/auth/api-keys", "/v1/me/channels" })
        {
            anyones[$"{path} of another"] = (await other.GetAsync($"{path}?limit=1000", HttpStatusCode.OK)).Text;
        }
        foreach (var path in Dashboard)
        {
            using var response = await admin.GetAsync($"/dashboard/{path}", Token);
            anyones[$"/dashboard/{path}"] = await response.Content.ReadAsStringAsync(Token);
        }
        Dictionary<string, string> admins = [];
        foreach (var path in new[] { "/v1/audit", "/auth/users", "/v1/alerts/dlq", "/v1/runs" })
        {
            admins[$"{path} of an ADMIN"] = (await admin.GetAsync($"{path}?limit=1000", HttpStatusCode.OK)).Text;
        }
        var rows = await world.RowsAsync();
        world.Host.Signal("TERM");
        await world.Host.ExitAsync();
        (anyones["stdout"], anyones["stderr"]) = (world.Host.Output, world.Host.Errors);

        Assert.Contains("dbug: ", anyones["stdout"], StringComparison.Ordinal);
        List<string> found =
        [
            .. Find(anyones, world.Secrets), .. Find(anyones, world.Hashes), .. Find(anyones, world.Addresses), .. Find(admins, world.Secrets), .. Find(admins, world.Hashes),
            .. rows.SelectMany(row => Find(row, world.Secrets)),
            .. rows.Where(row => !HashColumns.Contains(row.Table)).SelectMany(row => Find(row, world.Hashes)),
            .. rows.Where(row => !AddressTables.Contains(row.Table)).SelectMany(row => Find(row, world.Addresses)),
        ];
        Assert.True(found.Count == 0, string.Join("\n\n", found.Distinct()));
    }

    [Theory]
    [InlineData("DATABASE_URL", "postgresql://user:mark-secret@127.0.0.1:1/x")]
    [InlineData("DATABASE_URL", "postgresql://user:mark-secret@127.0.0.1:port/x")]
    [InlineData("DATABASE_URL", "Host=127.0.0.1;Port=1;Username=user;Password=mark-secret;Nonsense=1")]
    [InlineData("AUTH_JWT_SECRET", "mark-secret")]
    public async Task A_start_that_fails_shows_no_secret(string variable, string value)
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        (environment["DATABASE_URL"], environment["AUTH_JWT_SECRET"], environment["LOG_LEVEL"]) = ("postgresql://user@127.0.0.1:1/x", HostProcess.JwtSecret, "Trace");
        environment[variable] = value;
        await using var host = HostProcess.Run(environment);

        Assert.NotEqual(0, await host.ExitAsync());
        Assert.NotEqual("", host.Output + host.Errors);
        Assert.DoesNotContain("mark-secret", host.Output + host.Errors, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Find(Dictionary<string, string> places, Dictionary<string, string> marks) => places.SelectMany(place => Find((place.Key, place.Value), marks));

    // With what stands around it, so that one sees who wrote it.
    private static IEnumerable<string> Find((string Name, string Text) place, Dictionary<string, string> marks) => marks
        .Select(mark => (mark.Key, At: place.Text.IndexOf(mark.Value, StringComparison.OrdinalIgnoreCase)))
        .Where(hit => hit.At >= 0)
        .Select(hit => $"{place.Name} has {hit.Key}: …{place.Text[Math.Max(0, hit.At - 200)..Math.Min(place.Text.Length, hit.At + 80)]}…");
}
