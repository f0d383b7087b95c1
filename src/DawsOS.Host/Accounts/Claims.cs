namespace DawsOS.Accounts;

/// <summary>What our tokens say of their user, and what a verified request adds to it.</summary>
internal static class Claims
{
    public const string UserId = "user_id";
    public const string Email = "email";
    public const string Role = "role";

    /// <summary>The id of the session.</summary>
    public const string Session = "sid";

    /// <summary>With what the request is signed in, as the audit tells it; never in a token.</summary>
    public const string Credential = "credential";

    /// <summary>Of the request; never in a token.</summary>
    public const string RequestId = "request_id";

    /// <summary>Of the request; never in a token.</summary>
    public const string Address = "address";

    /// <summary>Of the request; never in a token.</summary>
    public const string UserAgent = "user_agent";

    private const int MaxUserAgent = 200;

    /// <summary>Where the request is from.</summary>
    public static RequestOrigin Origin(HttpContext context)
    {
        var agent = string.Concat(context.Request.Headers.UserAgent.ToString().Where(c => c is >= ' ' and <= '~').Take(MaxUserAgent));
        return new RequestOrigin(context.TraceIdentifier, context.Connection.RemoteIpAddress?.ToString() ?? "", agent);
    }
}
