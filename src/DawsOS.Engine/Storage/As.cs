using DawsOS.Accounts;

namespace DawsOS.Storage;

/// <summary>
/// As whom a transaction is carried out. On Postgres it enters a role that row-level security holds to that user's rows, a second wall behind the
/// ownership in every query; or, for what DawsOS does by itself, one that it does not hold. SQLite has no such roles.
/// </summary>
internal readonly record struct As
{
    /// <summary>May see and write only what its user owns; an ADMIN also what ADMINs administrate.</summary>
    public const string UserRole = "dawsos_app";

    /// <summary>May see and write every row.</summary>
    public const string JobRole = "dawsos_job";

    private readonly Caller? _caller;

    private As(Caller? caller) => _caller = caller;

    /// <summary>DawsOS itself: ingests, which decide everybody's alerts, loops, signing in.</summary>
    public static As Job => default;

    public string DatabaseRole => _caller is null ? JobRole : UserRole;

    /// <summary>What the policies compare user_id with; empty for a job.</summary>
    public string UserId => _caller?.UserId.ToString("D") ?? "";

    /// <summary>What the policies ask for ADMIN; empty for a job.</summary>
    public string UserRoleName => _caller is null ? "" : AccountRules.Name(_caller.Role);

    public static As User(Caller caller) => new(caller);
}
