using System.Net;

using DawsOS.Harness;

namespace DawsOS.Accounts;

/// <summary>A client that keeps cookies, asks for pages and shows redirects instead of following them.</summary>
internal sealed class Browser : IDisposable
{
    private Browser(Uri address)
    {
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = address };
        Http.DefaultRequestHeaders.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http { get; }

    public static Browser Of(DawsApp app) => new(app.Address);

    public async Task<HttpResponseMessage> SignInAsync(
        string email = DawsApp.AdminEmail, string password = DawsApp.AdminPassword, string returnUrl = "/dashboard")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["email"] = email, ["password"] = password, ["returnUrl"] = returnUrl });
        return await Http.PostAsync("/login", form, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(path, TestContext.Current.CancellationToken);

    public void Dispose() => Http.Dispose();
}
