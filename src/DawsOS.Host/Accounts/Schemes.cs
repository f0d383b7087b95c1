using System.Globalization;
using System.Security.Claims;

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace DawsOS.Accounts;

/// <summary>
/// How a request proves its user: a bearer token or an API key for the API, the cookie of /login for pages. Either way session (or key) and user are
/// read again for every request, so that an end, a changed role or a deactivation takes effect at once.
/// </summary>
internal static class Schemes
{
    public const string Bearer = JwtBearerDefaults.AuthenticationScheme;
    public const string Session = "session";
    public const string ApiKey = "api-key";

    /// <summary>A key when one is sent, else a token.</summary>
    public const string Api = "api";

    /// <summary>The token when one is sent, else the cookie.</summary>
    public const string Page = "page";

    public static void AddSchemes(this IServiceCollection services)
    {
        services.AddAuthentication(Api)
            .AddJwtBearer(Bearer)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKey, null)
            .AddCookie(Session)
            .AddPolicyScheme(Api, null, api => api.ForwardDefaultSelector = context => Shown(context.Request))
            .AddPolicyScheme(Page, null, page => page.ForwardDefaultSelector = context => context.Request.Headers.Authorization.Count > 0 ? Shown(context.Request) : Session);
        services.AddOptions<JwtBearerOptions>(Bearer).Configure<Tokens>(ConfigureBearer);
        services.AddOptions<CookieAuthenticationOptions>(Session).Configure<Tokens>(ConfigureSession);
        // It would log an outage of the database with a stack for every request, which the exception handler does in a line.
        services.AddLogging(logging => logging
            .AddFilter(typeof(JwtBearerHandler).FullName, LogLevel.Critical)
            .AddFilter(typeof(ApiKeyHandler).FullName, LogLevel.Critical));
        WithoutKeyRing(services);
    }

    /// <summary>The identity that routes see: what the row says now, and where the request is from.</summary>
    public static ClaimsPrincipal Principal(SignedIn user, Guid? session, HttpContext context, string scheme)
    {
        var origin = Claims.Origin(context);
        return new(new ClaimsIdentity(
            [
                new Claim(Claims.UserId, user.Id.ToString("D", CultureInfo.InvariantCulture)),
                new Claim(Claims.Email, user.Email),
                new Claim(Claims.Role, AccountRules.Name(user.Role)),
                new Claim(Claims.Session, session?.ToString("D") ?? ""),
                new Claim(Claims.RequestId, origin.RequestId),
                new Claim(Claims.Address, origin.Address),
                new Claim(Claims.UserAgent, origin.UserAgent),
                new Claim(Claims.Credential, session is not null ? $"session:{session:D}" : $"key:{user.KeyId:D}"),
            ],
            scheme, Claims.Email, Claims.Role));
    }

    private static string Shown(HttpRequest request) => ApiKeyHandler.IsShown(request) ? ApiKey : Bearer;

    // Our tickets are signed with the token secret, which all silos share. The key ring that AddAuthentication brings is used by nobody,
    // and its hosted service would write one to the home directory, which may be read-only.
    private static void WithoutKeyRing(IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        var library = typeof(IDataProtectionBuilder).Assembly;
        foreach (var preload in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == library).ToList())
        {
            services.Remove(preload);
        }
    }

    private static void ConfigureBearer(JwtBearerOptions options, Tokens tokens)
    {
        options.MapInboundClaims = false;
        options.TokenValidationParameters = tokens.Validation(Tokens.ApiAudience);
        options.Events = new JwtBearerEvents
        {
            // An open route needs no user, so a token that is sent along must not make liveness depend on the database.
            OnMessageReceived = context =>
            {
                if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                {
                    context.NoResult();
                }
                return Task.CompletedTask;
            },
            OnTokenValidated = async context =>
            {
                if (await VerifiedAsync(context.HttpContext, context.Principal, UserSession.Api, Bearer) is not { } principal)
                {
                    context.Fail("The session has ended, or the user is not active.");
                    return;
                }
                context.Principal = principal;
            },
        };
    }

    private static void ConfigureSession(CookieAuthenticationOptions options, Tokens tokens)
    {
        options.Cookie.Name = "dawsos_session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = SessionRules.BrowserIdle;
        options.SlidingExpiration = true;
        options.TicketDataFormat = new SessionTicket(tokens);
        options.Events = new CookieAuthenticationEvents
        {
            OnValidatePrincipal = async context =>
            {
                if (await VerifiedAsync(context.HttpContext, context.Principal, UserSession.Browser, Session) is not { } principal)
                {
                    context.RejectPrincipal();
                    return;
                }
                context.ReplacePrincipal(principal);
            },
            // The default renews after half of the time only, which would end a session that was used eight minutes ago.
            OnCheckSlidingExpiration = context =>
            {
                context.ShouldRenew = context.ElapsedTime >= TimeSpan.FromMinutes(1);
                return Task.CompletedTask;
            },
            OnRedirectToLogin = context =>
            {
                if (WantsPage(context.Request))
                {
                    context.Response.Redirect(LoginForm.Address(context.Request.Path + context.Request.QueryString));
                }
                else
                {
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                }
                return Task.CompletedTask;
            },
            OnRedirectToAccessDenied = context =>
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            },
        };
    }

    private static async Task<ClaimsPrincipal?> VerifiedAsync(HttpContext context, ClaimsPrincipal? principal, string kind, string scheme)
    {
        if (!Guid.TryParseExact(principal?.FindFirstValue(Claims.UserId), "D", out var userId) || principal!.SessionId() is not { } sessionId)
        {
            return null;
        }
        var user = await context.RequestServices.GetRequiredService<SessionStore>().FindAsync(sessionId, userId, context.RequestAborted);
        return user is { IsActive: true } && user.Kind == kind ? Principal(user, sessionId, context, scheme) : null;
    }

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
