namespace DawsOS.Accounts;

/// <summary>What each role may do, the lowest role's permissions first; each role has those below it.</summary>
internal static class PermissionRules
{
    private static readonly (Role From, string Permission)[] Granted =
    [
        (Role.Viewer, "read_portfolios"),
        (Role.Viewer, "read_reports"),
        (Role.User, "write_trades"),
        (Role.User, "read_analytics"),
        // From USER on, but on own rows only: ownership is checked where the row is.
        (Role.User, "manage_portfolios"),
        (Role.User, "manage_alerts"),
        (Role.Manager, "export_data"),
    ];

    public static bool Has(Role role, string permission) => Granted.Any(g => role >= g.From && g.Permission == permission);

    public static IReadOnlyList<string> Of(Role role) => [.. Granted.Where(g => role >= g.From).Select(g => g.Permission)];
}
