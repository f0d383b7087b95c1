using System.Net;

using DawsOS.Harness;

namespace DawsOS.Http;

/// <summary>Many times more than fits; how much of it is served is the benchmark's to say (overload).</summary>
public sealed class OverloadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_overload_every_request_is_served_or_told_to_come_back_and_health_answers()
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["MAX_CONCURRENT_REQUESTS"] = "8";
        environment["RATE_LIMIT_USER_PER_MINUTE"] = "0";
        environment["RATE_LIMIT_GLOBAL_PER_MINUTE"] = "0";
        await using var host = await HostProcess.StartAsync(environment);
        using var admin = await host.SignInAsync();
        await admin.CallAsync("/v1/series/VIXCLS/observations", new { observations = new[] { new { date = "2025-03-03", value = 22.5m } } });
        var token = admin.DefaultRequestHeaders.Authorization!.Parameter;
        var request = LoadGenerator.Request(host.Address, "POST", "/v1/execute", token, """{"pattern_id":"market_snapshot","inputs":{"series_ids":["VIXCLS"]}}""");
        var load = new LoadGenerator(host.Address, [request], deadline: TimeSpan.FromMinutes(1)).ClosedAsync(200, TimeSpan.FromSeconds(3));

        do
        {
            foreach (var path in new[] { "/health", "/health/ready", "/metrics" })
            {
                using var answer = await host.Http.GetAsync(path, Token);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }
        while (!load.IsCompleted);

        var result = await load;
        Assert.True(result.Good > 0 && result.Refused > 0 && result is { Late: 0, Other: 0 }, $"{result}");
        // When it is over, it is over.
        await admin.GetAsync("/v1/alerts", HttpStatusCode.OK);
        Assert.DoesNotContain("fail:", host.Output, StringComparison.Ordinal);
    }
}
