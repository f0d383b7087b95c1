using System.Security.Cryptography;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Delivery;

/// <summary>Names what is delivered, so that the same thing is recognised again.</summary>
internal static class DeliveryRules
{
    public const string Inapp = "inapp";
    public const string Email = "email";

    /// <summary>MD5, lower-case hex, of the canonical JSON of condition, message and user (D§4.5, golden value in D§13); a fingerprint, not a protection.</summary>
    public static string ContentHash(string conditionJson, string message, string userId)
    {
        using var condition = JsonDocument.Parse(conditionJson);
        var content = CanonicalJson.Write(JsonSerializer.SerializeToElement(new Dictionary<string, object>
        {
            ["condition"] = condition.RootElement,
            ["message"] = message,
            ["user_id"] = userId,
        }));
#pragma warning disable CA5351 // The ledger's format says MD5; nothing relies on it being hard to forge.
        return Convert.ToHexStringLower(MD5.HashData(content));
#pragma warning restore CA5351
    }

    /// <summary>The identity of a firing; unique in the ledger, so the same trigger on two silos is one firing.</summary>
    /// <param name="alertId">The alert.</param>
    /// <param name="ruleVersion">Of the rule that was decided.</param>
    /// <param name="ingestId">The ingest of the newest leaf change.</param>
    /// <param name="n">Firings already made on that evidence.</param>
    public static string OccurrenceKey(Guid alertId, int ruleVersion, Guid ingestId, int n) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{alertId}:{ruleVersion}:{ingestId}:{n}");
}
