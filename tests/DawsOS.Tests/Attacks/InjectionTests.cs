using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using DawsOS.Delivery;
using DawsOS.Harness;
using DawsOS.Http;
using DawsOS.Storage;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DawsOS.Attacks;

/// <summary>Text that means something to a database, a log, a browser, a mail server or a spreadsheet stays text, or is refused.</summary>
public sealed class InjectionTests
{
    private static readonly string[] Texts =
    [
        "'; DROP TABLE users; --", "' OR '1'='1", "\" OR \"\"=\"", "\\'; SELECT pg_sleep(9); --", "a\r\nSet-Cookie: injected=1", "a\n2026-01-01T00:00:00.000Z fail: Forged[0]", "\u001b[31mred\u001b[0m",
        "=cmd|' /C calc'!A0", "@SUM(1+1)", "../../../../etc/passwd", "..\\..\\windows", "{{message}}", "{{constructor.name}}", "${7*7}", "{0}", "#{7*7}", "<%= 7*7 %>", "a~1b/c~0d~", "/condition_json",
        "\"><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "\u202etxt.exe", "adm\u200bin", "\u0430dmin", "\u212aelvin", "e\u0301", "\ufeffbom", "a\u2028line", "\ud83d\ude42", "a\0b", "\ud800", "\udc00\ud800",
    ];

    private static readonly string[] Segments =
    [
        "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e", "..%5c..%5cwindows", "%00", "a%00b", "%0d%0aSet-Cookie:%20injected=1", "%27%20OR%201=1%20--", "%7b%7bmessage%7d%7d", "%f0%9f%99%82", "%ff%fe", "%e2%80%ae", "%25%32%65",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_text_of_every_body_is_kept_as_it_is_or_refused(bool onPostgres)
    {
        var log = new CapturedLog();
        await using var app = await DawsApp.StartAsync(onPostgres ? Dialect.Postgres : Dialect.Sqlite, replace: log.Attach);
        var contract = await OpenApiContract.ReadAsync(app);
        using var admin = await app.SignInAsync();
        var samples = await OpenApiRequests.MakeAsync(admin);
        List<string> faults = [];
        var places = 0;
        foreach (var sample in samples.Where(sample => sample is { Body: not null, MediaType: "application/json", Status: < 300, Key: not "POST /auth/logout" }))
        {
            foreach (var path in new TextPlaces(contract).Of(sample).ToList())
            {
                places++;
                foreach (var text in Texts)
                {
                    using var request = sample.ToHttp(body: TextPlaces.Put(sample.Body!, path, text));
                    using var response = await admin.SendAsync(request, Token);
                    var answer = await response.Content.ReadAsStringAsync(Token);
                    if (Fault(response, answer, path, text) is { } fault)
                    {
                        faults.Add($"{sample.Key} /{string.Join('/', path)} {FuzzValues.Quote(text)}: {(int)response.StatusCode} {fault}: {answer}");
                    }
                }
            }
        }

        Assert.Empty(faults);
        Assert.InRange(places, 25, int.MaxValue);
        Assert.True((await admin.GetAsync("/auth/users", HttpStatusCode.OK))["total"].GetInt32() > 0);
        Assert.DoesNotContain(log.Lines, line => line.Any(char.IsControl));
    }

    [Fact]
    public async Task A_pointer_to_a_strange_name_is_escaped()
    {
        await using var app = await DawsApp.StartAsync();
        using var admin = await app.SignInAsync();
        var samples = await OpenApiRequests.MakeAsync(admin);
        foreach (var sample in samples.Where(sample => sample is { Body: not null, MediaType: "application/json", Status: < 300 } && sample.Key != "POST /v1/patterns/validate"))
        {
            var body = JsonNode.Parse(sample.Body!)!.AsObject();
            body["a/b~c\r\n\"<"] = 1;
            using var response = await admin.SendAsync(sample.ToHttp(body: body.ToJsonString()), Token);

            var problem = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token));
            Assert.Equal(
                (sample.Key, "unknown_member", "/a~1b~0c\r\n\"<"),
                (sample.Key, problem.GetProperty("error").GetString(), problem.GetProperty("errors")[0].GetProperty("pointer").GetString()));
        }
    }

    [Fact]
    public async Task A_path_leads_nowhere_else()
    {
        var log = new CapturedLog();
        await using var app = await DawsApp.StartAsync(replace: log.Attach);
        using var admin = await app.SignInAsync();
        var contract = await OpenApiContract.ReadAsync(app);
        List<string> faults = [];
        foreach (var operation in contract.Operations.Where(operation => operation.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var segment in Segments)
            {
                var target = operation.Path.Replace(operation.Path[operation.Path.IndexOf('{', StringComparison.Ordinal)..(operation.Path.IndexOf('}', StringComparison.Ordinal) + 1)], segment, StringComparison.Ordinal);
                var body = operation.Description.TryGetProperty("requestBody", out _) ? """{"observations":[{"date":"2026-02-27","value":1}]}"""u8.ToArray() : null;
                using var request = new FuzzRequest("ADMIN", operation.Method, target, [], body, "application/json").ToHttp(app.Address);
                using var response = await admin.SendAsync(request, Token);
                if ((int)response.StatusCode is < 400 or >= 500 || response.Headers.Contains("Set-Cookie"))
                {
                    faults.Add($"{operation.Method} {target}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Token)}");
                }
            }
        }

        Assert.Empty(faults);
        Assert.DoesNotContain(log.Lines, line => line.Any(char.IsControl));
    }

    [Theory]
    [InlineData("DATE,=1+1\n2026-02-26,1\n")]
    [InlineData("DATE,+A1\n2026-02-26,1\n")]
    [InlineData("DATE,@SUM(A1)\n2026-02-26,1\n")]
    [InlineData("DATE,\"=HYPERLINK(\"\"http://x\"\")\"\n2026-02-26,1\n")]
    [InlineData("DATE,A\n2026-02-26,=1+1\n")]
    [InlineData("DATE,A\n=TODAY(),1\n")]
    [InlineData("DATE,A\n2026-02-26,\"@SUM(1)\"\n")]
    [InlineData("DATE,'; DROP TABLE series; --\n2026-02-26,1\n")]
    [InlineData("=DATE(),A\n2026-02-26,1\n")]
    public async Task A_formula_in_csv_is_no_series_and_no_value(string csv)
    {
        await using var app = await DawsApp.StartAsync();
        using var admin = await app.SignInAsync();

        var refused = await admin.PostCsvAsync(csv, HttpStatusCode.UnprocessableEntity);

        Assert.NotEmpty(refused.Pointers);
        Assert.Equal(0, (await admin.GetAsync("/v1/series", HttpStatusCode.OK))["total"].GetInt32());
    }

    [Fact]
    public async Task An_address_that_only_looks_like_anothers_is_refused()
    {
        await using var app = await DawsApp.StartAsync();
        using var admin = await app.SignInAsync();
        foreach (var (email, status) in new[]
        {
            ("ADMIN@LOCALHOST", HttpStatusCode.Conflict), ("adm\u0131n@localhost", HttpStatusCode.UnprocessableEntity), ("admin@localhost\u200b", HttpStatusCode.UnprocessableEntity),
            (" admin@localhost", HttpStatusCode.UnprocessableEntity), ("\u0430dmin@localhost", HttpStatusCode.UnprocessableEntity), ("admin@\uff4cocalhost", HttpStatusCode.UnprocessableEntity),
            ("admin@localhost\r\nBcc: x@y", HttpStatusCode.UnprocessableEntity), ("admin\u202e@localhost", HttpStatusCode.UnprocessableEntity),
        })
        {
            await admin.CallAsync("/auth/users", new { email, role = "USER" }, status);
        }
        Assert.Equal(1, (await admin.GetAsync("/auth/users", HttpStatusCode.OK))["total"].GetInt32());
    }

    [Fact]
    public async Task A_name_that_is_a_template_markup_or_sql_comes_out_as_it_went_in()
    {
        const string Name = "{{value}} <script>x</script> '; DROP TABLE alerts; -- \u202e=1+1";
        await using var scenario = await MailScenario.StartAsync(Dialect.Sqlite);
        var user = scenario.User;
        await user.CreateAsync(new
        {
            name = Name,
            message_template = "{{name}}",
            condition_json = new { type = "series", series_id = user.Series, op = ">", value = 30 },
            channels = new { inapp = true, email = true },
        });
        await user.Http.CallAsync($"/v1/series/{user.Series}/observations", new { observations = new[] { new { date = "2026-02-27", value = 31 } } });
        await scenario.App.SendAsync();

        var notification = (await user.Http.GetAsync("/v1/notifications", HttpStatusCode.OK))["notifications"][0];
        var mail = await scenario.Sink.NextAsync(Token);
        Assert.Equal(Name, notification.GetProperty("message").GetString());
        Assert.Contains(Name, mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("{{value}} &lt;script&gt;x&lt;/script&gt;", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains(Name[..20], mail.Subject, StringComparison.Ordinal);
    }

    private static string? Fault(HttpResponseMessage response, string answer, IReadOnlyList<string> path, string text)
    {
        if ((int)response.StatusCode >= 500)
        {
            return "it broke";
        }
        if (response.Headers.Contains("Set-Cookie"))
        {
            return "it made a header";
        }
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }
        var isText = !text.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
        var shown = answer.Length == 0 ? null : path.Aggregate(JsonNode.Parse(answer), (node, step) => node is JsonObject members ? members[step] : node is JsonArray items ? items[0] : null);
        // Of a definition that is only looked at nothing is kept.
        return !isText && response.RequestMessage!.RequestUri!.AbsolutePath != "/v1/patterns/validate" ? "that is no text"
            : shown is JsonValue value && value.GetValueKind() == JsonValueKind.String && (string?)value != text ? $"it became {shown}"
            : null;
    }

    /// <summary>Our own log at its most talkative, entry by entry.</summary>
    private sealed class CapturedLog : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = [];

        public IReadOnlyCollection<string> Lines => _lines;

        public void Attach(WebApplicationBuilder builder)
        {
            builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace);
            builder.Logging.Services.AddSingleton<ILoggerProvider>(this);
        }

        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("DawsOS", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
