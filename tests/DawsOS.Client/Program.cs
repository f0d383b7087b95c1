using System.Globalization;

using DawsOS.Accounts;
using DawsOS.Patterns;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// ORLEANS_GATEWAY_PORT, and the id of the user on whose behalf it runs (GET /auth/me).
var (gatewayPort, userId) = (int.Parse(args[0], CultureInfo.InvariantCulture), Guid.Parse(args[1]));

using var host = Host.CreateDefaultBuilder()
    .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
    .UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort, serviceId: "dawsos", clusterId: "dawsos"))
    .Build();
await host.StartAsync();

// Any key works; a prefix of its own keeps a client's runs apart from the front door's.
var runner = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPatternRunnerGrain>("my-program/0");
var run = await runner.ExecuteAsync(new ExecutePattern(
    new Caller(userId, Role.User), "market_snapshot", """{"series_ids":["VIXCLS"]}""", RequireFresh: true,
    AsofDate: null, PortfolioId: null, SecurityId: null, RequestId: "request-1", TraceId: "trace-1"));

Console.WriteLine($"{run.Status} on {run.PricingPackId}: {run.Data}");
await host.StopAsync();
