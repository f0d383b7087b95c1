using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

using DawsOS.Harness;
using DawsOS.Http;
using DawsOS.Storage;

namespace DawsOS.Attacks;

/// <summary>
/// Whatever is sent, the program answers in time, as its document says, never that it broke, and keeps no memory of it. Alone, because it looks at
/// the memory of the whole process.
/// </summary>
[Collection<Alone>]
public sealed class FuzzTests
{
    /// <summary>No answer takes longer, on a machine with other work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const long MemoryLimit = 64L << 20;
    private const int Clients = 8;
    private const int Seed = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task On_sqlite() => RunAsync(Dialect.Sqlite, LongRun.Trials * 2_000 ?? 3_000);

    [Fact]
    public Task On_postgres() => RunAsync(Dialect.Postgres, LongRun.Trials * 200 ?? 1_500);

    private static async Task RunAsync(Dialect dialect, int count)
    {
        await using var app = await DawsApp.StartAsync(dialect);
        var contract = await OpenApiContract.ReadAsync(app);
        using var admin = await app.SignInAsync();
        var requests = new FuzzRequests(contract, await OpenApiRequests.MakeAsync(admin), Seed);
        using var callers = await FuzzCallers.MakeAsync(app);
        var faults = new ConcurrentQueue<string>();
        var statuses = new ConcurrentDictionary<int, int>();
        // What is made once and kept is made by the first of them.
        var warm = Math.Min(count / 2, 5_000);
        await ForAsync(0, warm);
        var (memory, started) = (GC.GetTotalMemory(forceFullCollection: true), Stopwatch.GetTimestamp());
        await ForAsync(warm, count);
        var (seconds, grown) = (Stopwatch.GetElapsedTime(started).TotalSeconds, GC.GetTotalMemory(forceFullCollection: true) - memory);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{dialect}: {count} requests, {(count - warm) / seconds:0} a second, {memory >> 20} MiB and {grown >> 10} KiB more at the end; {string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} × {pair.Value}"))}"));

        Assert.True(faults.IsEmpty, $"{faults.Count} faults, seed {Seed}, the first ones:\n\n{string.Join("\n\n", faults.Take(10))}");
        Assert.InRange(grown, long.MinValue, MemoryLimit);
        using var health = await app.Http.GetAsync("/health/ready", Token);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        Task ForAsync(int from, int to) => Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = Token }, async (n, _) =>
        {
            var request = requests.Make(n);
            var (status, fault) = await SendAsync(app, contract, callers, request);
            statuses.AddOrUpdate(status, 1, (_, before) => before + 1);
            if (fault is not null)
            {
                faults.Enqueue(string.Create(CultureInfo.InvariantCulture, $"Request {n} {request}\n→ {status} {fault}"));
            }
        });
    }

    private static async Task<(int Status, string? Fault)> SendAsync(DawsApp app, OpenApiContract contract, FuzzCallers callers, FuzzRequest fuzz)
    {
        using var request = fuzz.ToHttp(app.Address);
        try
        {
            using var response = await callers[fuzz.Caller].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
            var text = isStream ? "" : await response.Content.ReadAsStringAsync(Token).WaitAsync(Patience, Token);
            if (response.StatusCode == HttpStatusCode.Unauthorized && fuzz.Caller == FuzzCallers.Session)
            {
                await callers.RenewAsync(app);
            }
            return ((int)response.StatusCode, Fault(contract, fuzz, response, text));
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or OperationCanceledException or IOException && !Token.IsCancellationRequested)
        {
            return (0, e.ToString());
        }
    }

    private static string? Fault(OpenApiContract contract, FuzzRequest fuzz, HttpResponseMessage response, string text)
    {
        if ((int)response.StatusCode >= 500)
        {
            return text;
        }
        // Kestrel's own refusals are bare.
        if (!response.Headers.Contains("X-Request-Id") && text.Length == 0 && (int)response.StatusCode >= 400)
        {
            return null;
        }
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var faults = contract.Find(fuzz.Method.ToUpperInvariant(), fuzz.Path) is { } operation ? contract.Check(operation, response, text)
            : isProblem && text.Length > 0 ? contract.CheckProblem(text)
            : response.IsSuccessStatusCode && !fuzz.Path.StartsWith("/dashboard", StringComparison.OrdinalIgnoreCase) && !fuzz.Path.StartsWith("/openapi", StringComparison.OrdinalIgnoreCase)
                ? ["it succeeds, and the document has no such operation"]
            : [];
        var told = string.Join("; ", faults);
        return told.Length == 0 ? null : $"{told}\n{text}";
    }
}
