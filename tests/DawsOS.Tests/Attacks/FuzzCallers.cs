using System.Net;
using System.Net.Http.Headers;
using System.Text;

using DawsOS.Harness;

namespace DawsOS.Attacks;

/// <summary>Who sends: an API key of each role, so that no request signs it out, a session that is renewed when one did, and nobody.</summary>
internal sealed class FuzzCallers : IDisposable
{
    public const string Session = "a session";
    public const string Nobody = "nobody";

    private readonly Dictionary<string, HttpClient> _clients = [];
    private readonly SemaphoreSlim _gate = new(1, 1);

    public static async Task<FuzzCallers> MakeAsync(DawsApp app)
    {
        var callers = new FuzzCallers();
        foreach (var role in new[] { "VIEWER", "USER", "MANAGER", "ADMIN" })
        {
            using var user = await app.SignInAsNewAsync(role);
            callers._clients[role] = Client(app, (await user.CallAsync("/auth/api-keys", new { name = "fuzz" }, HttpStatusCode.Created))["key"].GetString());
        }
        callers._clients[Nobody] = Client(app, null);
        await callers.SignInAsync(app);
        return callers;
    }

    public HttpClient this[string caller] => _clients[caller];

    /// <summary>After an answer of 401 to a session: it has ended, unless another request had it renewed already.</summary>
    public async Task RenewAsync(DawsApp app)
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            using var response = await _clients[Session].GetAsync(new Uri(app.Address, "/auth/me"), TestContext.Current.CancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                await SignInAsync(app);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    // A new user each time: the one before may have another password by now, or be locked. An ADMIN, because users are administrated by a session only.
    private async Task SignInAsync(DawsApp app)
    {
        using var user = await app.SignInAsNewAsync("ADMIN");
        _clients[Session] = Client(app, user.DefaultRequestHeaders.Authorization!.Parameter);
    }

    private static HttpClient Client(DawsApp app, string? token)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 })
        {
            BaseAddress = app.Address,
            Timeout = FuzzTests.Patience,
        };
        client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
