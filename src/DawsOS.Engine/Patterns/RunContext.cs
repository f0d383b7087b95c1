using System.Text;

using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>
/// What templates see as <c>ctx</c>. Only what the result may depend on: no clock, no request or trace id, because the same pack and inputs
/// must give the same bytes.
/// </summary>
internal sealed record RunContext(
    string PricingPackId, string? LedgerCommitHash, DateOnly AsofDate, Guid? PortfolioId, Guid? SecurityId)
{
    public static readonly string[] Names = ["pricing_pack_id", "ledger_commit_hash", "asof_date", "portfolio_id", "security_id"];

    // By hand, because every run makes it; members in ordinal order.
    public CanonicalValue ToValue() => new(Encoding.UTF8.GetBytes(
        $"{{\"asof_date\":\"{AsofDate:yyyy-MM-dd}\",\"ledger_commit_hash\":{Text(LedgerCommitHash)},\"portfolio_id\":{Text(PortfolioId?.ToString("D"))}," +
        $"\"pricing_pack_id\":{Text(PricingPackId)},\"security_id\":{Text(SecurityId?.ToString("D"))}}}"));

    // Ids and hashes: nothing in them to escape.
    private static string Text(string? value) => value is null ? "null" : $"\"{value}\"";
}
