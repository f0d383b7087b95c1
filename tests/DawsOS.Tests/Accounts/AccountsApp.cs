using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Accounts;

/// <summary>One program for the tests of a class; each test makes its own users.</summary>
public abstract class AccountsApp : IAsyncLifetime
{
    private DawsApp? _app;

    private protected abstract Dialect Dialect { get; }

    // Started by the first test and not by the fixture, so that a missing Postgres skips the test with its reason.
    internal async Task<DawsApp> StartedAsync() => _app ??= await DawsApp.StartAsync(Dialect);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _app?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}

public sealed class SqliteApp : AccountsApp
{
    private protected override Dialect Dialect => Dialect.Sqlite;
}

public sealed class PostgresApp : AccountsApp
{
    private protected override Dialect Dialect => Dialect.Postgres;
}

/// <summary>What these tests say over HTTP, and how they read the answers.</summary>
internal static class AccountCalls
{
    public const string Password = DawsApp.AdminPassword;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> LoginAsync(this DawsApp app, string? email, string? password) =>
        app.Http.PostAsJsonAsync("/auth/login", new { email, password }, Token);

    /// <summary>As by a proxy, which the app must name.</summary>
    public static async Task<HttpResponseMessage> LoginFromAsync(this DawsApp app, string address, string email, string password = "wrong password")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/login") { Content = JsonContent.Create(new { email, password }) };
        request.Headers.Add("X-Forwarded-For", address);
        return await app.Http.SendAsync(request, Token);
    }

    public static Task<HttpResponseMessage> RefreshAsync(this DawsApp app, string refreshToken) =>
        app.Http.PostAsJsonAsync("/auth/refresh", new { refresh_token = refreshToken }, Token);

    /// <summary>A new user of that role: its id and address.</summary>
    public static async Task<(string Id, string Email)> NewUserAsync(this DawsApp app, string role)
    {
        using var admin = await app.SignInAsync();
        var email = $"{Guid.CreateVersion7():N}@example.test";
        using var response = await admin.PostAsJsonAsync("/auth/users", new { email, password = Password, role }, Token);
        var user = await response.JsonAsync(HttpStatusCode.Created);
        return (user.GetProperty("id").GetString()!, email);
    }

    public static async Task PatchUserAsync(this DawsApp app, string id, object patch)
    {
        using var admin = await app.SignInAsync();
        using var response = await admin.PatchAsJsonAsync($"/auth/users/{id}", patch, Token);
        await response.JsonAsync(HttpStatusCode.OK);
    }

    public static async Task<HttpResponseMessage> GetAsync(this DawsApp app, string path, string bearer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return await app.Http.SendAsync(request, Token);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode} instead of {(int)expected}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>The problem's code, after a look at what every problem has.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = await response.JsonAsync(status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, problem.GetProperty("error").GetString());
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), problem.GetProperty("request_id").GetString());
        if (status == HttpStatusCode.Unauthorized)
        {
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().ToString());
        }
        return problem;
    }

    public static string[] Pointers(this JsonElement problem) =>
        [.. problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()!)];
}
