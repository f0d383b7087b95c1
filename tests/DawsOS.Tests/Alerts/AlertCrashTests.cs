using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Alerts;

/// <summary>A real process, killed with SIGKILL at seeded moments under load; its client repeats what was not answered.</summary>
public sealed class AlertCrashTests
{
    private const int Alerts = 60;
    private const int Kills = 3;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Nothing_is_lost_and_nothing_is_told_twice(bool postgres, int seed)
    {
        var random = new Random(seed);
        var environment = await HostProcess.NewEnvironmentAsync(postgres ? Dialect.Postgres : Dialect.Sqlite);
        var hosts = new List<HostProcess> { await HostProcess.StartAsync(environment) };
        try
        {
            using var http = await SignInAsync(hosts[0]);
            await http.CallAsync("/v1/series/CRASH/observations", new { observations = new[] { new { date = "2024-12-31", value = 0 } } });
            for (var i = 1; i <= Alerts; i++)
            {
                await http.CallAsync(
                    "/v1/alerts", new { condition_json = new { type = "series", series_id = "CRASH", op = ">=", value = i } }, HttpStatusCode.Created);
            }

            // Each observation crosses exactly one alert. Between two kills a seeded number of them is answered, the next one meets the kill.
            var next = 1;
            for (var kill = 0; kill < Kills; kill++)
            {
                var last = next + random.Next(3, 12);
                for (; next < last; next++)
                {
                    await ObserveAsync(http, next);
                }
                var inFlight = Task.WhenAll(Enumerable.Range(next, 4).Select(i => TryObserveAsync(http, i)));
                for (var spin = random.Next(0, 30_000); spin > 0; spin--)
                {
                    await Task.Yield();
                }
                await hosts[^1].KillAsync();
                await inFlight;
                hosts.Add(await HostProcess.StartAsync(environment));
            }
            for (; next <= Alerts; next++)
            {
                await ObserveAsync(http, next);
            }

            var notifications = (await http.GetAsync("/v1/notifications?limit=1000", HttpStatusCode.OK))["notifications"];
            var alerts = notifications.EnumerateArray().Select(n => n.GetProperty("alert_id").GetString()).ToList();
            Assert.Equal(Alerts, alerts.Count);
            Assert.Equal(Alerts, alerts.Distinct().Count());
            // The closing equation for in-app: rows = accepted deliveries.
            Assert.Equal(Alerts, (await http.GetAsync("/v1/deliveries?status=delivered", HttpStatusCode.OK))["total"].GetInt32());
        }
        finally
        {
            foreach (var host in hosts)
            {
                await host.DisposeAsync();
            }
        }
    }

    private static Task<Answer> ObserveAsync(HttpClient http, int i) => http.CallAsync(
        "/v1/series/CRASH/observations", Body(i), ingestId: $"crash-{i}");

    private static async Task TryObserveAsync(HttpClient http, int i)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/series/CRASH/observations") { Content = JsonContent.Create(Body(i)) };
        request.Headers.Add("Ingest-Id", $"crash-{i}");
        try
        {
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            // Killed before it answered: the client does not know, and will repeat it.
        }
    }

    private static object Body(int i) => new { observations = new[] { new { date = AlertScenario.Date(i), value = i } } };

    private static async Task<HttpClient> SignInAsync(HostProcess host)
    {
        using var response = await host.Http.PostAsJsonAsync(
            "/auth/login", new { email = DawsApp.AdminEmail, password = DawsApp.AdminPassword }, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("access_token").GetString());
        return http;
    }
}
