using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;

using DawsOS.Accounts;
using DawsOS.Harness;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Http;

/// <summary>What happens when there is more to do than can be done.</summary>
public sealed class AdmissionTests
{
    private const int Places = 8;

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task As_many_as_places_are_served_half_as_many_wait_and_the_rest_is_told_to_come_back()
    {
        await using var app = await StartAsync();
        using var admin = await app.SignInAsync();
        var sent = Enumerable.Range(0, Places + (Places / 2) + 1).Select(_ => app.Http.GetAsync("/test/hold/open", Token)).ToList();

        var first = await Task.WhenAny(sent);

        using var refused = await first;
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        foreach (var path in new[] { "/health", "/health/ready", "/metrics" })
        {
            using var answer = await app.Http.GetAsync(path, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        // Kinds of their own.
        using var login = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);
        using var execution = await admin.PostAsJsonAsync("/v1/execute", new { pattern_id = "there_is_none" }, Token);
        using var other = await admin.GetAsync("/auth/me", Token);
        await login.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, execution.StatusCode);
        await other.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");

        _release.SetResult();
        sent.Remove(first);
        foreach (var answer in sent)
        {
            using var served = await answer;
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        }
    }

    [Fact]
    public async Task One_user_has_at_most_half_of_the_places()
    {
        await using var app = await StartAsync();
        using var admin = await app.SignInAsync();
        using var user = await app.SignInAsNewAsync("USER");
        var sent = Enumerable.Range(0, (Places / 2) + 1).Select(_ => user.GetAsync("/test/hold/own", Token)).ToList();

        var first = await Task.WhenAny(sent);

        using var refused = await first;
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        using var another = await admin.GetAsync("/auth/me", Token);
        await another.JsonAsync(HttpStatusCode.OK);
        _release.SetResult();
        await Task.WhenAll(sent);
        using var again = await user.GetAsync("/auth/me", Token);
        await again.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_flood_of_logins_hashes_on_half_of_the_processors_and_keeps_nobody_else_waiting()
    {
        var hasher = new HeldHasher();
        await using var app = await StartAsync(hasher);
        using var admin = await app.SignInAsync();
        hasher.Hold();
        var sent = Enumerable.Range(0, 100).Select(i => app.LoginFromAsync($"203.0.113.{i}", $"{i}@example.test")).ToList();

        var first = await Task.WhenAny(sent);

        using var refused = await first;
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        using var reading = await admin.GetAsync("/auth/me", Token);
        await reading.JsonAsync(HttpStatusCode.OK);
        hasher.Release();
        foreach (var answer in await Task.WhenAll(sent))
        {
            Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}");
            answer.Dispose();
        }
        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 2), hasher.Most);
    }

    [Fact]
    public async Task One_address_holds_at_most_half_of_the_places_of_logins()
    {
        var hasher = new HeldHasher();
        await using var app = await StartAsync(hasher);
        // Half of those that are checked and the eight that wait, and eight of its own that wait for these.
        var most = ((Math.Max(1, Environment.ProcessorCount / 2) + 8) / 2) + 8;
        hasher.Hold();
        var sent = Enumerable.Range(0, 50).Select(i => app.LoginFromAsync("203.0.113.1", $"{i}@example.test")).ToList();
        await HostProcess.PollAsync("the rest to be refused", () => Task.FromResult(sent.Count(login => login.IsCompleted) == 50 - most));

        var other = app.LoginFromAsync("203.0.113.2", DawsApp.AdminEmail, DawsApp.AdminPassword);
        hasher.Release();

        using var signedIn = await other;
        await signedIn.JsonAsync(HttpStatusCode.OK);
        var answers = await Task.WhenAll(sent);
        Assert.Equal(50 - most, answers.Count(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable));
        Assert.Equal(most, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Logins_whose_body_comes_slowly_keep_nobody_from_signing_in()
    {
        await using var app = await DawsApp.StartAsync();
        var slow = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 100; i++)
            {
                var client = new TcpClient();
                slow.Add(client);
                await client.ConnectAsync(app.Address.Host, app.Address.Port, Token);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /auth/login HTTP/1.1\r\nHost: {app.Address.Authority}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"), Token);
            }

            using var login = await app.LoginAsync(DawsApp.AdminEmail, DawsApp.AdminPassword);

            await login.JsonAsync(HttpStatusCode.OK);
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_login_is_no_place_for_a_large_body()
    {
        await using var app = await DawsApp.StartAsync();

        using var refused = await app.LoginAsync(DawsApp.AdminEmail, new string('x', 10_000));

        await refused.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    private Task<DawsApp> StartAsync() => DawsApp.StartAsync(
        settings: new Dictionary<string, string> { ["MAX_CONCURRENT_REQUESTS"] = $"{Places}" },
        map: web =>
        {
            web.MapGet("/test/hold/open", HoldAsync).AllowAnonymous();
            web.MapGet("/test/hold/own", HoldAsync);
        });

    private static Task<DawsApp> StartAsync(HeldHasher hasher) => DawsApp.StartAsync(
        settings: new Dictionary<string, string> { ["FORWARDED_PROXIES"] = "127.0.0.1" },
        replace: builder => builder.Services.AddSingleton<IPasswordHasher<User>>(hasher));

    private Task HoldAsync(HttpContext context) => _release.Task.WaitAsync(context.RequestAborted);

    // Checks passwords once it may, and says how many were checked at a time.
    private sealed class HeldHasher : IPasswordHasher<User>, IDisposable
    {
        private readonly PasswordHasher<User> _inner = new();
        private readonly ManualResetEventSlim _may = new(initialState: true);
        private readonly Lock _lock = new();
        private int _now;

        public int Most { get; private set; }

        public void Hold()
        {
            Most = 0;
            _may.Reset();
        }

        public void Release() => _may.Set();

        public void Dispose() => _may.Dispose();

        public string HashPassword(User user, string password) => _inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            lock (_lock)
            {
                Most = Math.Max(Most, ++_now);
            }
            _may.Wait(TestContext.Current.CancellationToken);
            lock (_lock)
            {
                _now--;
            }
            return _inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
