using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>What people read: default names and messages (D§4.3).</summary>
internal static class AlertTexts
{
    public static string DefaultName(Condition condition) => condition.Type switch
    {
        "macro" => $"Macro Alert: {condition.Subject}",
        _ => $"Series Alert: {condition.Subject}",
    };

    public static string Message(Condition condition, Reading reading)
    {
        var now = condition.Metric is null ? ExactDecimal.ToText(reading.Value) : $"{condition.Metric} {ExactDecimal.ToText(reading.Value)}";
        return $"{condition.Subject} is {Comparisons.Phrase(condition.Comparison)} {ExactDecimal.ToText(condition.Threshold)} (now {now})";
    }
}
