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
[GenerateSerializer, Immutable, Alias("daws.caller")]
public sealed record Caller([property: Id(0)] Guid UserId, [property: Id(1)] Role Role);
