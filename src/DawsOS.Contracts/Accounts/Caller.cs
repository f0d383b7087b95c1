namespace DawsOS.Accounts;

/// <summary>What a user may do; each role includes those below it (VIEWER &lt; USER &lt; MANAGER &lt; ADMIN).</summary>
public enum Role
{
    /// <summary>Reads own rows.</summary>
    Viewer = 1,

    /// <summary>Owns alerts and runs patterns.</summary>
    User = 2,

    /// <summary>Also ingests observations.</summary>
    Manager = 3,

    /// <summary>Everything, including accounts and the dashboard.</summary>
    Admin = 4,
}

/// <summary>On whose behalf a grain is called; the front door sets it from the verified token, grains check ownership against it.</summary>
/// <param name="UserId">Row id of the user.</param>
/// <param name="Role">The role as stored now, not as it was when the token was made.</param>
/// <param name="Origin">Where the request came from, for the audit; null when it did not come through the front door.</param>
[GenerateSerializer, Immutable, Alias("daws.caller")]
public sealed record Caller([property: Id(0)] Guid UserId, [property: Id(1)] Role Role, [property: Id(2)] RequestOrigin? Origin = null);

/// <summary>What the audit says of a request.</summary>
/// <param name="RequestId">Its X-Request-Id.</param>
/// <param name="Address">The client's IP address; empty when there is none.</param>
/// <param name="UserAgent">What the client calls itself, at most 200 characters; empty when it does not say.</param>
/// <param name="Credential">With what it is signed in: session:&lt;id&gt; or key:&lt;id&gt;; empty when it is not.</param>
[GenerateSerializer, Immutable, Alias("daws.origin")]
public sealed record RequestOrigin([property: Id(0)] string RequestId, [property: Id(1)] string Address, [property: Id(2)] string UserAgent, [property: Id(3)] string Credential = "")
{
    /// <summary>Of what DawsOS does by itself.</summary>
    public static readonly RequestOrigin None = new("", "", "");
}
