namespace DawsOS.Accounts;

/// <summary>A row of <c>sessions</c>: one sign-in, until it is ended or not used any more.</summary>
internal sealed record UserSession
{
    /// <summary>A client with tokens.</summary>
    public const string Api = "api";

    /// <summary>A person with the cookie of /login.</summary>
    public const string Browser = "browser";

    public Guid Id { get; init; }

    public Guid UserId { get; init; }

    public string Kind { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset LastUsedAt { get; init; }

    /// <summary>When it ends unless it is renewed.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    public string IpAddress { get; init; } = "";

    public string UserAgent { get; init; } = "";
}

/// <summary>Who a request is from, by a live session or a good key.</summary>
internal sealed record SignedIn
{
    public Guid Id { get; init; }

    public string Email { get; init; } = "";

    public Role Role { get; init; }

    public bool IsActive { get; init; }

    /// <summary>Null when it was a key.</summary>
    public string? Kind { get; init; }

    /// <summary>Null when it was a session.</summary>
    public Guid? KeyId { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }
}
