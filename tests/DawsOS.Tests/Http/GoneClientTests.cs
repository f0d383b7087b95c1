using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

using DawsOS.Harness;

using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace DawsOS.Http;

/// <summary>Clients that reset their connection in the middle of what they send: no fault of the program's, so nothing that its log tells.</summary>
public sealed partial class GoneClientTests
{
    // As many as may wait to import.
    private const int Clients = 8;

    private static readonly Version Http2 = HttpVersion.Version20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_goes_in_the_middle_of_a_body_writes_nothing_into_the_log()
    {
        await using var host = await HostProcess.StartAsync(await HostProcess.NewEnvironmentAsync());
        using var admin = await host.SignInAsync();
        var token = admin.DefaultRequestHeaders.Authorization;
        foreach (var (path, type, authorization) in new[]
        {
            ("/auth/login", "application/json", null), ("/login", "application/x-www-form-urlencoded", null), ("/auth/refresh", "application/json", null),
            ("/v1/execute", "application/json", token), ("/v1/series/import", "text/csv", token),
        })
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => GoAsync(host.Address, path, type, authorization)));
            // The program's own sign-in is counted too, as 200.
            await HostProcess.PollAsync($"{Clients} requests of {path} to end", async () => (await EndedAsync(host, path)).Sum(end => end.Code == "200" ? 0 : end.Count) == Clients);
            Assert.Contains(("499", Clients), await EndedAsync(host, path));
        }

        host.Signal("TERM");
        await host.ExitAsync();

        Assert.DoesNotMatch("(warn|fail|crit): ", host.Output);
    }

    [Fact]
    public async Task Who_resets_a_stream_of_http_2_does_not_either()
    {
        using var log = new Written();
        await using var app = await DawsApp.StartAsync(replace: builder =>
        {
            builder.Logging.AddProvider(log);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        });
        using var client = new HttpClient { BaseAddress = app.Address, DefaultRequestVersion = Http2, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var left = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var body = new HalfBody();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/refresh") { Content = body, Version = Http2, VersionPolicy = client.DefaultVersionPolicy };
        var sent = client.SendAsync(request, left.Token);
        await await Task.WhenAny(body.IsSent, sent);

        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        var ended = Match.Empty;
        await HostProcess.PollAsync("the request to end", async () => (ended = Ended().Match(await client.GetStringAsync("/metrics", Token))).Success);
        Assert.Empty(log.Lines);
        Assert.Equal("499", ended.Groups[2].Value);
    }

    private static async Task GoAsync(Uri address, string path, string type, object? authorization)
    {
        using var client = await HalfClient.OpenAsync(address, path, 6_000, type, authorization);
        await client.SendAsync("D");
    }

    private static async Task<List<(string Code, int Count)>> EndedAsync(HostProcess host, string path) =>
    [
        .. Ended().Matches(await host.Http.GetStringAsync("/metrics", Token)).Where(line => line.Groups[1].Value.TrimEnd('/') == path)
            .Select(line => (line.Groups[2].Value, int.Parse(line.Groups[3].Value, null))),
    ];

    // Its first byte, and then nothing.
    private sealed class HalfBody : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HalfBody() => Headers.ContentType = new MediaTypeHeaderValue("application/json");

        public Task IsSent => _sent.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, Token);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync("{"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _sent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 6_000;
            return true;
        }
    }

    private sealed class Written : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }

    [GeneratedRegex("""dawsos_http_request_duration_seconds_count\{route="([^"]+)",method="POST",code="(\d+)"\} (\d+)""")]
    private static partial Regex Ended();
}
