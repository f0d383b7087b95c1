using System.Security.Claims;

using Microsoft.AspNetCore.Authentication;

namespace DawsOS.Accounts;

/// <summary>The cookie's value: a JWT for the session audience, readable by every silo that has the token secret.</summary>
internal sealed class SessionTicket(Tokens tokens) : ISecureDataFormat<AuthenticationTicket>
{
    public string Protect(AuthenticationTicket data)
    {
        var principal = data.Principal;
        return tokens.Issue(
            Tokens.SessionAudience, principal.Caller().UserId, principal.SessionId()!.Value, principal.FindFirstValue(Claims.Email)!, principal.FindFirstValue(Claims.Role)!,
            data.Properties.IssuedUtc!.Value, data.Properties.ExpiresUtc!.Value);
    }

    // The purpose is the TLS channel binding, which no browser offers any more.
    public string Protect(AuthenticationTicket data, string? purpose) => Protect(data);

    public AuthenticationTicket? Unprotect(string? protectedText)
    {
        if (protectedText is null || tokens.Read(Tokens.SessionAudience, protectedText) is not { } token)
        {
            return null;
        }
        // Not the token's iat: it is back-dated, and a renewal lasts as long as its ticket did, so each would last a little longer.
        var properties = new AuthenticationProperties { IssuedUtc = token.ValidTo - SessionRules.BrowserIdle, ExpiresUtc = token.ValidTo };
        return new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(token.Claims, Schemes.Session, Claims.Email, Claims.Role)), properties, Schemes.Session);
    }

    public AuthenticationTicket? Unprotect(string? protectedText, string? purpose) => Unprotect(protectedText);
}
