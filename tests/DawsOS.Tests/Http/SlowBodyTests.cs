using System.Net;

using DawsOS.Accounts;
using DawsOS.Harness;

using Microsoft.AspNetCore.Hosting;

namespace DawsOS.Http;

/// <summary>Bodies that come slowly take no place from those who want to be served.</summary>
public sealed class SlowBodyTests
{
    private const int Places = 8;
    private const string Alert = """{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30}}""";
    private const string Logout = """{"refresh_token":"dr_of_nobody"}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/auth/refresh")]
    [InlineData("/auth/logout")]
    [InlineData("/auth/password")]
    [InlineData("/auth/users")]
    public async Task Anybody_may_send_slowly_what_is_small_and_keeps_nobody_waiting(string path)
    {
        await using var app = await StartAsync();
        using var admin = await app.SignInAsync();
        var slow = await OpenAsync(Places * 2, () => HalfClient.OpenAsync(app.Address, path, 5_000));

        using var served = await admin.GetAsync("/auth/me", Token).WaitAsync(Patience, Token);

        await served.JsonAsync(HttpStatusCode.OK);
        slow.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task What_is_large_is_read_only_of_who_may_send_it_and_keeps_nobody_waiting()
    {
        await using var app = await StartAsync();
        using var admin = await app.SignInAsync();
        List<HalfClient> slow = [];
        foreach (var path in new[] { "/v1/alerts", "/v1/execute" })
        {
            using var user = await app.SignInAsNewAsync("USER");
            slow.AddRange(await OpenAsync(Places / 2, () => HalfClient.OpenAsync(app.Address, path, 500_000, authorization: user.DefaultRequestHeaders.Authorization)));
            slow.AddRange(await OpenAsync(Places / 4, async () =>
            {
                using var another = await app.SignInAsNewAsync("USER");
                return await HalfClient.OpenAsync(app.Address, path, 500_000, authorization: another.DefaultRequestHeaders.Authorization);
            }));
        }

        using var served = await admin.GetAsync("/auth/me", Token).WaitAsync(Patience, Token);
        var stranger = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => HalfClient.OpenAsync(app.Address, "/v1/alerts", 500_000));

        await served.JsonAsync(HttpStatusCode.OK);
        Assert.Contains("HTTP/1.1 401", stranger.Message, StringComparison.Ordinal);
        slow.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task A_body_that_comes_in_pieces_is_served_like_any_other()
    {
        await using var app = await StartAsync();
        using var admin = await app.SignInAsync();
        var token = admin.DefaultRequestHeaders.Authorization;
        using var alert = await HalfClient.OpenAsync(app.Address, "/v1/alerts", Alert.Length, authorization: token);
        using var logout = await HalfClient.OpenAsync(app.Address, "/auth/logout", Logout.Length, authorization: token);

        await SendInPiecesAsync(alert, Alert);
        Assert.StartsWith("HTTP/1.1 201 ", await alert.ReadAsync(), StringComparison.Ordinal);
        await SendInPiecesAsync(logout, Logout);
        Assert.StartsWith("HTTP/1.1 204 ", await logout.ReadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/auth/refresh")]
    [InlineData("/auth/logout")]
    [InlineData("/auth/users")]
    [InlineData("/auth/api-keys")]
    [InlineData("/v1/me/channels", "PUT")]
    public async Task Where_a_large_body_makes_no_sense_it_is_refused(string path, string method = "POST")
    {
        await using var app = await StartAsync();
        using var admin = await app.SignInAsync();

        using var refused = await admin.SendAsync(
            new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent($"\"{new string('x', 10_000)}\"", System.Text.Encoding.UTF8, "application/json") }, Token);

        await refused.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    private static async Task SendInPiecesAsync(HalfClient client, string body)
    {
        foreach (var piece in body.Chunk(10))
        {
            await client.SendAsync(new string(piece));
        }
    }

    private static async Task<List<HalfClient>> OpenAsync(int count, Func<Task<HalfClient>> open)
    {
        List<HalfClient> opened = [];
        for (var i = 0; i < count; i++)
        {
            opened.Add(await open());
        }
        return opened;
    }

    // However slowly: what ends a body that is too slow is a test of its own, and here would free its place in time.
    private static Task<DawsApp> StartAsync() => DawsApp.StartAsync(
        settings: new Dictionary<string, string> { ["MAX_CONCURRENT_REQUESTS"] = $"{Places}" },
        replace: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = null));
}
