using System.Text.Json.Serialization;

using DawsOS.Http;

using Microsoft.AspNetCore.Authentication;

namespace DawsOS.Accounts;

/// <summary>Signing in for people: a form that sets the session cookie, which opens pages and never the API.</summary>
internal static class LoginForm
{
    private const string Home = "/dashboard";
    private const int MaxReturnUrl = 2048;

    public static void MapLoginForm(this IEndpointRouteBuilder routes)
    {
        var form = routes.MapGroup("/login").AllowAnonymous().WithTags("Accounts");
        form.MapGet("/", ShowAsync).Produces(StatusCodes.Status200OK, contentType: "text/html");
        form.MapPost("/", SignInAsync)
            .AsLogin()
            .Accepts<LoginFields>("application/x-www-form-urlencoded")
            .Produces(StatusCodes.Status303SeeOther)
            .Produces(StatusCodes.Status401Unauthorized, contentType: "text/html")
            .Produces(StatusCodes.Status429TooManyRequests, contentType: "text/html");
    }

    /// <summary>Signing out again, for the button of the home page; who is not signed in is none the worse.</summary>
    public static void MapLogout(this IEndpointRouteBuilder routes) => routes.MapPost("/logout", SignOutAsync)
        .AllowAnonymous().WithTags("Accounts").Produces(StatusCodes.Status303SeeOther);

    /// <summary>Where to sign in and come back from.</summary>
    public static string Address(string returnUrl) => $"/login?returnUrl={Uri.EscapeDataString(returnUrl)}";

    /// <summary>
    /// Only a path of this site: browsers take <c>//host</c> and <c>/\host</c> for another one, and drop control characters before they look.
    /// </summary>
    public static string ReturnUrl(string? asked) =>
        asked is { Length: > 0 and <= MaxReturnUrl } && asked[0] == '/' && !asked.StartsWith("//", StringComparison.Ordinal)
        && asked.All(c => c is > ' ' and <= '~' and not '\\')
            ? asked
            : Home;

    private static Task ShowAsync(HttpContext context, CancellationToken cancellationToken) =>
        WriteAsync(context, StatusCodes.Status200OK, ReturnUrl(context.Request.Query["returnUrl"]), "", null, cancellationToken);

    private static async Task SignInAsync(HttpContext context, RateLimits limits, SignIn signIn, CancellationToken cancellationToken)
    {
        // Browsers say where a form was sent from; another site's may not sign anyone in here.
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
        {
            throw new RejectedException(RejectionCodes.Forbidden, "Use the form at /login.");
        }
        var fields = await ReadAsync(context, cancellationToken);
        var email = fields["email"].ToString().Trim();
        var password = fields["password"].ToString();
        var returnUrl = ReturnUrl(fields["returnUrl"]);
        // No login, so it is not counted as one.
        if (email.Length == 0 || password.Length == 0)
        {
            await WriteAsync(context, StatusCodes.Status401Unauthorized, returnUrl, email, SignIn.Failure, cancellationToken);
            return;
        }
        if (limits.TryTakeLogin(context, email) is { } wait)
        {
            ProblemWriter.SetRetryAfter(context.Response, wait);
            await WriteAsync(context, StatusCodes.Status429TooManyRequests, returnUrl, email, "Too many attempts. Try again in a minute.", cancellationToken);
            return;
        }
        if (await signIn.TryAsync(email, password, UserSession.Browser, Claims.Origin(context), cancellationToken) is not { } start)
        {
            await WriteAsync(context, StatusCodes.Status401Unauthorized, returnUrl, email, SignIn.Failure, cancellationToken);
            return;
        }
        var user = new SignedIn { Id = start.User.Id, Email = start.User.Email, Role = start.User.Role };
        await context.SignInAsync(Schemes.Session, Schemes.Principal(user, start.Session.Id, context, Schemes.Session));
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = returnUrl;
    }

    private static async Task SignOutAsync(HttpContext context, SessionStore sessions, CancellationToken cancellationToken)
    {
        if ((await context.AuthenticateAsync(Schemes.Session)).Principal is { } user)
        {
            await sessions.EndAsync(user.Caller(), user.SessionId()!.Value, cancellationToken);
        }
        await context.SignOutAsync(Schemes.Session);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/login";
    }

    private static async Task<IFormCollection> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType)
        {
            throw new BadHttpRequestException("Send the form at /login.", StatusCodes.Status415UnsupportedMediaType);
        }
        try
        {
            return await context.Request.ReadFormAsync(cancellationToken);
        }
        catch (InvalidDataException)
        {
            throw new BadHttpRequestException("The form cannot be read.");
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string returnUrl, string email, string? error, CancellationToken cancellationToken)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = LoginPage.ContentSecurityPolicy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(LoginPage.Html(returnUrl, email, error), cancellationToken);
    }
}

/// <summary>What the form sends; the names are the form's.</summary>
internal sealed record LoginFields(string Email, string Password, [property: JsonPropertyName("returnUrl")] string? ReturnUrl = null);
