using DawsOS.Canonical;
using DawsOS.Delivery;
using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>One occurrence of an alert with its in-app delivery and notification: the rows that one transaction inserts.</summary>
internal sealed record Firing(
    Guid Id, Guid AlertId, Guid UserId, string OccurrenceKey, int RuleVersion, Guid IngestId, int N, string Cause, decimal Value, DateOnly ObservedOn,
    DateTimeOffset FiredAt, Guid DeliveryId, string Channel, string Message, string ContentHash, string DeliveryMethods, DateOnly DeliveryDay,
    Guid NotificationId)
{
    public static Firing Of(Alert alert, Condition condition, Reading reading, int firingsOnEvidence, DateTimeOffset now)
    {
        var message = AlertTexts.Message(condition, reading);
        return new Firing(
            Guid.CreateVersion7(now), alert.Id, alert.UserId,
            DeliveryRules.OccurrenceKey(alert.Id, alert.RuleVersion, reading.IngestId, firingsOnEvidence),
            alert.RuleVersion, reading.IngestId, firingsOnEvidence, "condition", reading.Value, reading.Date, now,
            Guid.CreateVersion7(now), DeliveryRules.Inapp, message, DeliveryRules.ContentHash(alert.ConditionJson, message, alert.UserId.ToString("D")),
            alert.Channels, now.UtcDay(), Guid.CreateVersion7(now));
    }
}
