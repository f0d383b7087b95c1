using System.Text.Encodings.Web;

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace DawsOS.Accounts;

/// <summary>Lets in who sends <c>Authorization: Bearer dk_…</c> with a key that is good: as its owner, with the role that the owner has now.</summary>
internal sealed class ApiKeyHandler(
    ApiKeyStore keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Start = $"Bearer {Secrets.KeyPrefix}";

    /// <summary>Whether the request shows a key rather than a token.</summary>
    public static bool IsShown(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Start, StringComparison.OrdinalIgnoreCase);

    /// <summary>The key of a request that shows one.</summary>
    public static string Shown(HttpRequest request) => request.Headers.Authorization.ToString()["Bearer ".Length..].Trim();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // An open route needs no user, so what is sent along must not make it depend on the database.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return AuthenticateResult.NoResult();
        }
        return await keys.FindAsync(Shown(Request), Context.RequestAborted) is { IsActive: true } owner
            ? AuthenticateResult.Success(new AuthenticationTicket(Schemes.Principal(owner, null, Context, Scheme.Name), Scheme.Name))
            : AuthenticateResult.Fail("The key is not known, expired or revoked, or its owner is not active.");
    }
}
