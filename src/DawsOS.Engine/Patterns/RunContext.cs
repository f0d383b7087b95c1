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

    public CanonicalValue ToValue() => CanonicalJson.Of(this);
}
