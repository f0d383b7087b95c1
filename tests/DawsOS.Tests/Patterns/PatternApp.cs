using System.Globalization;
using System.Net;
using System.Text;

using DawsOS.Agents;
using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Patterns;

/// <summary>The program with test capabilities and some patterns on them; each test brings its own series and, where dates matter, its own year.</summary>
public abstract class PatternApp : IAsyncLifetime
{
    private DawsApp? _app;
    private HttpClient? _http;

    internal DawsApp App => _app!;

    /// <summary>Signed in as ADMIN.</summary>
    internal HttpClient Http => _http!;

    internal WaitCapability Wait { get; } = new();

    private protected abstract Dialect Dialect { get; }

    public async ValueTask InitializeAsync()
    {
        _app = await DawsApp.StartAsync(Dialect, new Dictionary<string, string> { ["CONFORMANCE_AGENT"] = "true" }, builder =>
        {
            builder.Services.AddSingleton<Capability, ThrowCapability>();
            builder.Services.AddSingleton<Capability>(Wait);
            builder.Services.AddSingleton(Definition("echo", """{"capability":"t.echo","args":{"v":"{{inputs.v}}"},"as":"v"}""", "v"));
            builder.Services.AddSingleton(Definition("chain", """
                {"capability":"t.echo","args":{"v":{"l":[1]}},"as":"x"}, {"capability":"t.echo","args":{"v":"{{state.x.l[9]}}"},"as":"v"}
                """, "v"));
            builder.Services.AddSingleton(Definition("fail", """
                {"capability":"t.echo","args":{"v":1},"as":"one"}, {"capability":"t.fail","args":{"class":"{{inputs.v}}"},"as":"v"}
                """, "v"));
            builder.Services.AddSingleton(Definition("throw", """
                {"capability":"t.echo","args":{"v":1},"as":"one"}, {"capability":"x.throw","args":{"class":"{{inputs.v ?? 'bug'}}"},"as":"v"}
                """, "v"));
            builder.Services.AddSingleton(Definition("count", """{"capability":"t.count","args":{"key":"{{inputs.v ?? ''}}"},"as":"v"}""", "v"));
            builder.Services.AddSingleton(Definition("twice", """
                {"capability":"t.count","args":{"key":"{{inputs.v ?? ''}}"},"as":"one"}, {"capability":"t.count","args":{"key":"{{inputs.v ?? ''}}"},"as":"v"}
                """, "v"));
            builder.Services.AddSingleton(Definition("sleep", """
                {"capability":"t.sleep","args":{"ms":86400000},"as":"first"}, {"capability":"t.echo","args":{"v":"{{first}}"},"as":"v"}
                """, "v"));
            builder.Services.AddSingleton(new PatternFile("any.json", """
                {"id":"t_any","name":"Test","inputs":{"v":{"type":"string"},"o":{"type":"object"}},"steps":[{"capability":"t.null","as":"v"}],"outputs":["v"]}
                """u8.ToArray()));
            builder.Services.AddSingleton(Definition("wait", """{"capability":"t.wait","as":"v"}""", "v"));
        });
        _http = await _app.SignInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    /// <summary>A new series with these values on consecutive days from 1 January.</summary>
    internal async Task<string> IngestAsync(int year, params IEnumerable<decimal> values)
    {
        var id = $"T{Guid.CreateVersion7():N}";
        await ReviseAsync(id, year, values);
        return id;
    }

    internal Task ReviseAsync(string id, int year, params IEnumerable<decimal> values) => Http.CallAsync(
        $"/v1/series/{id}/observations", new { observations = values.Select((value, i) => new { date = Day(year, i), value }).ToArray() });

    internal Task<Answer> ExecuteAsync(object body, HttpStatusCode expected = HttpStatusCode.OK) => Http.CallAsync("/v1/execute", body, expected);

    /// <summary>For when any answer will do.</summary>
    internal async Task TryExecuteAsync(object body)
    {
        using var response = await Http.PostAsync("/v1/execute", System.Net.Http.Json.JsonContent.Create(body), TestContext.Current.CancellationToken);
    }

    internal static string Day(int year, int day) => new DateOnly(year, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static PatternFile Definition(string id, string steps, string output) => new($"{id}.json", Encoding.UTF8.GetBytes($$$"""
        {"id":"t_{{{id}}}","name":"Test","inputs":{"v":{"type":["string","null"]},"portfolio_id":{"type":"uuid"}},"steps":[{{{steps}}}],"outputs":["{{{output}}}"]}
        """));
}

public sealed class SqlitePatternApp : PatternApp
{
    private protected override Dialect Dialect => Dialect.Sqlite;
}

public sealed class PostgresPatternApp : PatternApp
{
    private protected override Dialect Dialect => Dialect.Postgres;
}
