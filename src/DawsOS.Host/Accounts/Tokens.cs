using System.Text;

using DawsOS.Hosting;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DawsOS.Accounts;

/// <summary>
/// Signs and checks our JWTs. Access tokens and session cookies differ in their audience, so that neither passes for the other.
/// </summary>
internal sealed class Tokens(Preparation preparation, TimeProvider clock)
{
    public const string ApiAudience = "dawsos";
    public const string SessionAudience = "dawsos-session";
    private const string Issuer = "DawsOS";

    // The clocks of the silos differ a little; a token made here must be good there at once.
    private static readonly TimeSpan BackDated = TimeSpan.FromSeconds(1);
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    // The secrets are there only once the data directory is open. The first signs; those after it were replaced and still verify.
    private readonly Lazy<SymmetricSecurityKey[]> _keys = new(() => [.. preparation.JwtSecrets.Select(secret => new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)))]);

    public string Access(User user, Guid session)
    {
        var now = clock.GetUtcNow();
        return Issue(ApiAudience, user.Id, session, user.Email, AccountRules.Name(user.Role), now, now + SessionRules.Access);
    }

    public string Issue(string audience, Guid userId, Guid session, string email, string role, DateTimeOffset now, DateTimeOffset expires) =>
        _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = audience,
            IssuedAt = (now - BackDated).UtcDateTime,
            NotBefore = (now - BackDated).UtcDateTime,
            Expires = expires.UtcDateTime,
            SigningCredentials = new SigningCredentials(_keys.Value[0], SecurityAlgorithms.HmacSha256),
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = userId.ToString("D"),
                [JwtRegisteredClaimNames.Jti] = Guid.CreateVersion7(now).ToString("D"),
                [Claims.UserId] = userId.ToString("D"),
                [Claims.Session] = session.ToString("D"),
                [Claims.Email] = email,
                [Claims.Role] = role,
            },
        });

    /// <summary>Null when the token is not one of ours, not for that audience, or out of its time.</summary>
    public JsonWebToken? Read(string audience, string token)
    {
        // The key is at hand, so this completes at once; the handler only offers it as a task.
        var result = _handler.ValidateTokenAsync(token, Validation(audience)).GetAwaiter().GetResult();
        return result.IsValid ? (JsonWebToken)result.SecurityToken : null;
    }

    public TokenValidationParameters Validation(string audience) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        IssuerSigningKeys = _keys.Value,
        ValidIssuer = Issuer,
        ValidAudience = audience,
        // Zero skew, and a token without exp or nbf compares as false.
        LifetimeValidator = (notBefore, expires, _, _) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return notBefore <= now && now < expires;
        },
        NameClaimType = Claims.Email,
        RoleClaimType = Claims.Role,
    };
}
