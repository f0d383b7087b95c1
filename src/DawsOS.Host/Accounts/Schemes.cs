using System.Globalization;
using System.Security.Claims;

using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;

namespace DawsOS.Accounts;

/// <summary>
/// How a request proves its user: a bearer token for the API, the cookie of /login for pages. Either way the row is read again for every
/// request, so that a changed role or a deactivation takes effect at once.
/// </summary>
internal static class Schemes
{
    public const string Bearer = JwtBearerDefaults.AuthenticationScheme;
    public const string Session = "session";

    /// <summary>The token when one is sent, else the cookie.</summary>
    public const string Page = "page";

    public static readonly TimeSpan SessionIdle = TimeSpan.FromMinutes(15);

    public static void AddSchemes(this IServiceCollection services)
    {
        services.AddAuthentication(Bearer)
            .AddJwtBearer(Bearer)
            .AddCookie(Session)
            .AddPolicyScheme(Page, null, page => page.ForwardDefaultSelector = context => context.Request.Headers.Authorization.Count > 0 ? Bearer : Session);
        services.AddOptions<JwtBearerOptions>(Bearer).Configure<Tokens>(ConfigureBearer);
        services.AddOptions<CookieAuthenticationOptions>(Session).Configure<Tokens>(ConfigureSession);
        // It would log an outage of the database with a stack for every request, which the exception handler does in a line.
        services.AddLogging(logging => logging.AddFilter(typeof(JwtBearerHandler).FullName, LogLevel.Critical));
        WithoutKeyRing(services);
    }

    /// <summary>The identity that routes see: what the row says now.</summary>
    public static ClaimsPrincipal Principal(User user, string scheme) => new(new ClaimsIdentity(
        [
            new Claim("user_id", user.Id.ToString("D", CultureInfo.InvariantCulture)),
            new Claim("email", user.Email),
            new Claim("role", AccountRules.Name(user.Role)),
        ],
        scheme, "email", "role"));

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
                var user = await ActiveUserAsync(context.HttpContext, context.Principal);
                if (user is null)
                {
                    context.Fail("The user is gone or not active.");
                    return;
                }
                context.Principal = Principal(user, Bearer);
            },
        };
    }

    private static void ConfigureSession(CookieAuthenticationOptions options, Tokens tokens)
    {
        options.Cookie.Name = "dawsos_session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = SessionIdle;
        options.SlidingExpiration = true;
        options.TicketDataFormat = new SessionTicket(tokens);
        options.Events = new CookieAuthenticationEvents
        {
            OnValidatePrincipal = async context =>
            {
                var user = await ActiveUserAsync(context.HttpContext, context.Principal);
                if (user is null)
                {
                    context.RejectPrincipal();
                    return;
                }
                context.ReplacePrincipal(Principal(user, Session));
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

    private static async Task<User?> ActiveUserAsync(HttpContext context, ClaimsPrincipal? principal)
    {
        if (!Guid.TryParseExact(principal?.FindFirstValue("user_id"), "D", out var id))
        {
            return null;
        }
        var user = await context.RequestServices.GetRequiredService<UserStore>().FindAsync(id, context.RequestAborted);
        return user is { IsActive: true } ? user : null;
    }

    private static bool WantsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
