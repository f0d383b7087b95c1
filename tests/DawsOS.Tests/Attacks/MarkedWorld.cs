using System.Net;
using System.Net.Http.Headers;
using System.Text;

using Dapper;

using DawsOS.Delivery;
using DawsOS.Demo;
using DawsOS.Harness;
using DawsOS.Storage;

using Npgsql;

namespace DawsOS.Attacks;

/// <summary>The program as a process on Postgres at its most talkative, with secrets and addresses that are easy to find again.</summary>
internal sealed class MarkedWorld : IAsyncDisposable
{
    private const string FailingPattern = """
        {"id":"t_fail","name":"Fails","inputs":{"v":{"type":"string"}},"steps":[{"capability":"t.fail","args":{"class":"{{inputs.v}}"},"as":"v"}],"outputs":["v"]}
        """;

    private static readonly string[] Series = ["MARKED"];

    private readonly DirectoryInfo _patterns;
    private readonly MailSink _sink;

    private MarkedWorld(HostProcess host, MailSink sink, DirectoryInfo patterns) => (Host, _sink, _patterns) = (host, sink, patterns);

    public HostProcess Host { get; }

    /// <summary>What nobody may find anywhere, by what it is.</summary>
    public Dictionary<string, string> Secrets { get; } = [];

    /// <summary>Stored in columns of their own, and nowhere else.</summary>
    public Dictionary<string, string> Hashes { get; } = [];

    /// <summary>What only the user and ADMINs may see.</summary>
    public Dictionary<string, string> Addresses { get; } = new()
    {
        ["the admin's address"] = "mark-admin@example.test",
        ["the user's address"] = "mark-ann@example.test",
        ["where the user is written to"] = "mark-ann-elsewhere@example.test",
        ["an address that is nobody's"] = "mark-nobody@example.test",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="args">More for its command line.</param>
    public static async Task<MarkedWorld> StartAsync(params string[] args)
    {
        var environment = await HostProcess.NewEnvironmentAsync(Dialect.Postgres);
        // The test's server asks nobody for a password; one that does brings its own.
        var url = new NpgsqlConnectionStringBuilder(environment["DATABASE_URL"]);
        url.Password = string.IsNullOrEmpty(url.Password) ? "mark-database-password" : url.Password;
        var sink = new MailSink { Account = ("mark-smtp-user", "mark-smtp-password") };
        foreach (var (name, value) in MailScenario.Settings(sink))
        {
            environment[name] = value;
        }
        var patterns = Directory.CreateTempSubdirectory("daws-marked-");
        await File.WriteAllTextAsync(Path.Combine(patterns.FullName, "t_fail.json"), FailingPattern, Token);
        (environment["DATABASE_URL"], environment["AUTH_JWT_SECRET"], environment["AUTH_JWT_SECRET_PREVIOUS"]) =
            (url.ConnectionString, "mark-jwt-secret-of-more-than-32-bytes", "mark-jwt-secret-before-this-of-more-than-32-bytes");
        (environment["DAWSOS_ADMIN_EMAIL"], environment["DAWSOS_ADMIN_PASSWORD"]) = ("mark-admin@example.test", "mark-admin-password");
        (environment["SMTP_USER"], environment["SMTP_PASSWORD"]) = sink.Account.Value;
        (environment["CONFORMANCE_AGENT"], environment["PATTERNS_PATH"], environment["LOG_LEVEL"]) = ("true", patterns.FullName, "Trace");
        var world = new MarkedWorld(await HostProcess.StartAsync(environment, args), sink, patterns);
        foreach (var (name, value) in new[]
        {
            ("the database password", url.Password), ("AUTH_JWT_SECRET", environment["AUTH_JWT_SECRET"]), ("AUTH_JWT_SECRET_PREVIOUS", environment["AUTH_JWT_SECRET_PREVIOUS"]),
            ("SMTP_PASSWORD", environment["SMTP_PASSWORD"]), ("SMTP_PASSWORD as it is sent", Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{sink.Account.Value.User}\0{sink.Account.Value.Password}"))),
            ("the admin's password", environment["DAWSOS_ADMIN_PASSWORD"]),
        })
        {
            world.Secrets[name] = value;
        }
        return world;
    }

    /// <summary>Everything that has to do with secrets or addresses, the right way and the wrong ways.</summary>
    /// <returns>Signed in: an ADMIN and a MANAGER who has nothing to do with the user.</returns>
    public async Task<(HttpClient Admin, HttpClient Other)> LiveAsync()
    {
        var admin = await SignInAsync("the admin", Addresses["the admin's address"], Secrets["the admin's password"]);
        var ann = Addresses["the user's address"];
        await admin.CallAsync("/auth/users", new { email = ann, password = Password("the user's first password"), role = "MANAGER" }, HttpStatusCode.Created);
        var generated = await admin.CallAsync("/auth/users", new { email = "other@example.test", role = "MANAGER" }, HttpStatusCode.Created);
        Secrets["a generated password"] = generated["password"].GetString()!;
        var other = await SignInAsync("the other", "other@example.test", Secrets["a generated password"]);
        using var user = await SignInAsync("the user", ann, Secrets["the user's first password"]);
        await AccountAsync(user);
        await WatchAsync(user, admin);
        await FailAsync(user);
        await MistakeAsync(user);
        await ReadHashesAsync();
        return (admin, other);
    }

    /// <summary>Every table, each row as text.</summary>
    public async Task<IReadOnlyList<(string Table, string Row)>> RowsAsync()
    {
        await using var connection = new NpgsqlConnection(Host.Environment["DATABASE_URL"]);
        List<(string, string)> rows = [];
        foreach (var table in await connection.QueryAsync<string>("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"))
        {
            rows.AddRange((await connection.QueryAsync<string>($"SELECT row_to_json(t)::text FROM {table} t")).Select(row => (table, row)));
        }
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _sink.DisposeAsync();
        _patterns.Delete(recursive: true);
    }

    private string Password(string name) => Secrets[name] = $"mark-{name.Replace(' ', '-')}";

    private async Task<HttpClient> SignInAsync(string who, string email, string password)
    {
        var login = await Host.Http.CallAsync("/auth/login", new { email, password });
        var client = new HttpClient { BaseAddress = Host.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Keep(who, login));
        return client;
    }

    private string Keep(string who, Answer login)
    {
        var access = login["access_token"].GetString()!;
        (Secrets[$"{who}'s access token"], Secrets[$"{who}'s access token's signature"], Secrets[$"{who}'s refresh token"]) = (access, access.Split('.')[2], login["refresh_token"].GetString()!);
        return access;
    }

    // Refresh, keys, passwords, the form, a logout; a lockout comes last, because it locks.
    private async Task AccountAsync(HttpClient user)
    {
        var spare = await Host.Http.CallAsync("/auth/login", new { email = Addresses["the user's address"], password = Secrets["the user's first password"] });
        Keep("the user's second sign-in", spare);
        var renewed = await Host.Http.CallAsync("/auth/refresh", new { refresh_token = spare["refresh_token"].GetString() });
        Keep("the renewed", renewed);
        await Host.Http.CallAsync("/auth/refresh", new { refresh_token = spare["refresh_token"].GetString() }, HttpStatusCode.Unauthorized);
        var key = await user.CallAsync("/auth/api-keys", new { name = "mine" }, HttpStatusCode.Created);
        Secrets["an API key"] = key["key"].GetString()!;
        using var program = new HttpClient { BaseAddress = Host.Address };
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secrets["an API key"]);
        await program.GetAsync("/auth/me", HttpStatusCode.OK);
        await user.SendJsonAsync(HttpMethod.Delete, $"/auth/api-keys/{key["id"].GetString()}", null, HttpStatusCode.NoContent);
        await program.GetAsync("/auth/me", HttpStatusCode.Unauthorized);
        await user.CallAsync("/auth/password", new { current_password = Password("a wrong current password"), new_password = Password("the user's second password") }, HttpStatusCode.UnprocessableEntity);
        await user.CallAsync("/auth/password", new { current_password = Secrets["the user's first password"], new_password = Secrets["the user's second password"] }, HttpStatusCode.NoContent);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = Addresses["the user's address"], ["password"] = Secrets["the user's second password"] });
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Host.Address };
        using var signedIn = await browser.PostAsync("/login", form, Token);
        Secrets["the session cookie"] = signedIn.Headers.GetValues("Set-Cookie").Single().Split('=', 2)[1].Split(';')[0];
    }

    // An alert by mail: one mail that arrives, and one that the server refuses, naming the address.
    private async Task WatchAsync(HttpClient user, HttpClient admin)
    {
        var address = Addresses["where the user is written to"];
        await user.SendJsonAsync(HttpMethod.Put, "/v1/me/channels", new { email = new { address, enabled = true } }, HttpStatusCode.OK);
        await user.CallAsync("/v1/series/MARKED/observations", new { observations = new[] { new { date = "2026-02-26", value = 1 } } });
        foreach (var (fault, value) in new[] { (null, 30), (new SinkFault($"550 5.1.1 <{address}> is unknown to mark-smtp-password"), 40) })
        {
            _sink.Fault = stage => stage == SinkStage.Recipient ? fault : null;
            await user.CallAsync(
                "/v1/alerts",
                new { condition_json = new { type = "series", series_id = "MARKED", op = ">", value }, channels = new { inapp = true, email = true }, cooldown_hours = 1000 }, HttpStatusCode.Created);
            await user.CallAsync("/v1/series/MARKED/observations", new { observations = new[] { new { date = "2026-02-27", value = value + 1 } } });
            var status = fault is null ? "delivered" : "dead";
            await HostProcess.PollAsync($"a mail to be {status}", async () => (await user.GetAsync($"/v1/deliveries?channel=email&status={status}", HttpStatusCode.OK))["total"].GetInt32() == 1);
        }
        var entry = (await admin.GetAsync("/v1/alerts/dlq", HttpStatusCode.OK))["items"][0].GetProperty("id").GetString();
        await admin.CallAsync($"/v1/alerts/dlq/{entry}/redrive", null);
    }

    private static async Task FailAsync(HttpClient user)
    {
        await user.CallAsync("/v1/execute", new { pattern_id = "threshold_history", inputs = new { series_ids = Series, threshold = 1 } });
        await user.CallAsync("/v1/execute", new { pattern_id = "t_fail", inputs = new { v = "business" } }, HttpStatusCode.InternalServerError);
        await user.CallAsync("/v1/execute", new { pattern_id = "t_fail", inputs = new { v = "something else" } }, HttpStatusCode.InternalServerError);
    }

    // Secrets where none belong: in other members, in what is no JSON, in paths, queries and headers.
    private async Task MistakeAsync(HttpClient user)
    {
        var (password, token, key) = (Password("a password in a wrong place"), Secrets["the user's access token"], Secrets["an API key"]);
        await Host.Http.CallAsync("/auth/login", new { email = password, password = "x" }, HttpStatusCode.Unauthorized);
        await Host.Http.CallAsync("/auth/login", new { email = $"{password}@example.test", password = "x" }, HttpStatusCode.Unauthorized);
        await Host.Http.CallAsync("/auth/login", new { email = Addresses["an address that is nobody's"], password }, HttpStatusCode.Unauthorized);
        foreach (var body in new[]
        {
            $$"""{"email":"{{Addresses["the user's address"]}}","password":"{{password}}""", $$"""{"email":["{{password}}"],"password":1}""", $$"""{"{{password}}":"{{token}}"}""",
            $$"""{"email":"a","password":"{{password}}","password":"{{password}}"}""", password, $$"""{"refresh_token":"{{password}}"}""",
        })
        {
            foreach (var path in new[] { "/auth/login", "/auth/refresh", "/auth/password", "/auth/users", "/v1/alerts", "/v1/execute", "/v1/me/channels", "/v1/patterns/validate" })
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                (await user.PostAsync(path, content, Token)).Dispose();
            }
        }
        foreach (var path in new[]
        {
            $"/auth/me?access_token={token}", $"/v1/alerts/{token}", $"/v1/runs/{key}", $"/nowhere/{key}?password={password}", $"/v1/series/{key[..40]}?from={password}", $"/login?returnUrl=/{password}",
            $"/auth/login?email={Addresses["the user's address"]}&password={password}", $"/dashboard/{token}", $"/health?token={token}",
        })
        {
            (await user.GetAsync(path, Token)).Dispose();
            (await Host.Http.GetAsync(path, Token)).Dispose();
        }
        foreach (var authorization in new[] { $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"a:{password}"))}", $"Bearer {password}", $"Bearer {token}x", token, $"Bearer  {key}, {token}", "Bearer dk_" + password })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/auth/me");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            request.Headers.TryAddWithoutValidation("Cookie", $"dawsos_session={password}; other={token}");
            (await Host.Http.SendAsync(request, Token)).Dispose();
        }
        for (var n = 0; n < 6; n++)
        {
            await Host.Http.CallAsync("/auth/login", new { email = Addresses["the user's address"], password }, HttpStatusCode.Unauthorized);
        }
    }

    private async Task ReadHashesAsync()
    {
        await using var connection = new NpgsqlConnection(Host.Environment["DATABASE_URL"]);
        foreach (var (name, sql) in new[]
        {
            ("a password's hash", "SELECT password_hash FROM users"), ("a key's hash", "SELECT key_hash FROM api_keys"), ("a refresh token's hash", "SELECT token_hash FROM refresh_tokens"),
        })
        {
            foreach (var (hash, n) in (await connection.QueryAsync<object>(sql)).Select((row, n) => (((IDictionary<string, object>)row).Values.Single(), n)))
            {
                Hashes[$"{name} ({n})"] = hash as string ?? Convert.ToHexString((byte[])hash);
            }
        }
        Assert.NotEmpty(Hashes);
    }
}
