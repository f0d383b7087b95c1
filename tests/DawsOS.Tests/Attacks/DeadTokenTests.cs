using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

using DawsOS.Accounts;
using DawsOS.Harness;
using DawsOS.Http;

namespace DawsOS.Attacks;

/// <summary>What opens nothing any more, or never did, opens no route at all; TokenTests, SessionTests and ApiKeyTests say when it stops to.</summary>
public sealed partial class DeadTokenTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dead_token_opens_no_route()
    {
        await using var app = await DawsApp.StartAsync();
        var tokens = new Dictionary<string, string>
        {
            ["alg none"] = await ForgeAsync(app, token => token.Header["alg"] = "none"),
            ["alg RS256"] = await ForgeAsync(app, token => token.Header["alg"] = "RS256"),
            ["another key"] = await ForgeAsync(app, token => token.Key = Encoding.UTF8.GetBytes("another key that has enough bytes too")),
            ["expired"] = await ForgeAsync(app, token => token.Claims["exp"] = app.Clock.GetUtcNow().ToUnixTimeSeconds()),
            ["not yet valid"] = await ForgeAsync(app, token => token.Claims["nbf"] = app.Clock.GetUtcNow().ToUnixTimeSeconds() + 60),
            ["another issuer"] = await ForgeAsync(app, token => token.Claims["iss"] = "other"),
            ["another audience"] = await ForgeAsync(app, token => token.Claims["aud"] = "other"),
        };
        using (var ended = await app.SignInAsNewAsync("ADMIN"))
        {
            tokens["of an ended session"] = ended.DefaultRequestHeaders.Authorization!.Parameter!;
            var session = (await ended.GetAsync("/auth/sessions", HttpStatusCode.OK))["items"][0].GetProperty("id").GetString();
            await ended.SendJsonAsync(HttpMethod.Delete, $"/auth/sessions/{session}", null, HttpStatusCode.NoContent);
        }
        var (id, email) = await app.NewUserAsync("ADMIN");
        using (var off = await app.SignInAsync(email))
        {
            tokens["of a deactivated user"] = off.DefaultRequestHeaders.Authorization!.Parameter!;
            tokens["a key of a deactivated user"] = (await off.CallAsync("/auth/api-keys", new { name = "off" }, HttpStatusCode.Created))["key"].GetString()!;
        }
        await app.PatchUserAsync(id, new { is_active = false });

        foreach (var (what, token) in tokens)
        {
            Assert.Equal((what, ""), (what, string.Join(", ", await OtherwiseAsync(app, token, HttpStatusCode.Unauthorized, _ => true))));
        }
    }

    [Fact]
    public async Task A_role_that_was_lowered_opens_nothing_of_the_old_one()
    {
        await using var app = await DawsApp.StartAsync();
        var (id, email) = await app.NewUserAsync("ADMIN");
        using var client = await app.SignInAsync(email);
        var key = (await client.CallAsync("/auth/api-keys", new { name = "lowered" }, HttpStatusCode.Created))["key"].GetString()!;

        await app.PatchUserAsync(id, new { role = "VIEWER" });

        foreach (var token in new[] { client.DefaultRequestHeaders.Authorization!.Parameter!, key })
        {
            Assert.Equal([], await OtherwiseAsync(app, token, HttpStatusCode.Forbidden, operation => operation.Promises(403)));
        }
    }

    private static async Task<string> ForgeAsync(DawsApp app, Action<ForgedToken> forge)
    {
        var token = await ForgedToken.OfAsync(app, (await app.NewUserAsync("ADMIN")).Email);
        forge(token);
        return token.ToString();
    }

    // The routes that answer that token otherwise.
    private static async Task<IReadOnlyList<string>> OtherwiseAsync(DawsApp app, string token, HttpStatusCode expected, Func<OpenApiOperation, bool> isAsked)
    {
        var operations = (await OpenApiContract.ReadAsync(app)).Operations.Where(operation => operation.Description.TryGetProperty("security", out _) && isAsked(operation)).ToList();
        Assert.NotEmpty(operations);
        List<string> otherwise = [];
        foreach (var operation in operations)
        {
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), Parameter().Replace(operation.Path, $"{Guid.CreateVersion7()}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            if (response.StatusCode != expected)
            {
                otherwise.Add($"{operation.Key}: {(int)response.StatusCode}");
            }
        }
        return otherwise;
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
