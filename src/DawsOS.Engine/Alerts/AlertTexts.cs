using System.Globalization;

using DawsOS.Canonical;

namespace DawsOS.Alerts;

/// <summary>What people read: default names and messages (D§4.3), values as they are stored but for losses, which are told as positive limits are.</summary>
internal static class AlertTexts
{
    /// <summary>Characters that a message is shortened to.</summary>
    public const int MaxMessage = 4_000;

    public static string DefaultName(Condition condition) => condition switch
    {
        Leaf leaf => leaf.Type switch
        {
            "macro" => $"Macro Alert: {leaf.Subject}",
            "metric" => $"Metric Alert: {leaf.Metric}",
            "rating" => $"Rating Alert: {leaf.Subject} {leaf.Metric}",
            "price" => $"Price Alert: {leaf.Subject}",
            "news_sentiment" => $"Sentiment Alert: {leaf.Subject}",
            "dar_breach" => "DaR Alert",
            "drawdown_limit" => "Drawdown Alert",
            _ => $"Series Alert: {leaf.Subject}",
        },
        { Type: "regime_shift" } => "Regime Alert",
        Group group => $"{(group.All ? "All" : "Any")} of {group.Leaves.Count()} conditions",
        _ => "Alert",
    };

    /// <summary>The subject of a mail.</summary>
    public static string Subject(string name) => $"DawsOS Alert: {(string.IsNullOrWhiteSpace(name) ? "Condition Triggered" : name)}";

    /// <summary>What is delivered: the alert's template filled in, else the message of its type.</summary>
    /// <param name="alert">Its name, severity and template.</param>
    /// <param name="condition">What it watches.</param>
    /// <param name="evaluation">With the values.</param>
    /// <param name="cause">Of the firing.</param>
    /// <param name="portfolioName">Of a portfolio that a leaf speaks of; null = its id is told.</param>
    public static string Message(Alert alert, Condition condition, Evaluation evaluation, string cause, Func<string, string?> portfolioName)
    {
        var message = cause == AlertRules.NoData ? Missing(evaluation) : Met(condition, evaluation, portfolioName);
        return Shortened(alert.MessageTemplate is { } template ? MessageTemplate.Render(template, alert, evaluation.Shown, message) : message);
    }

    /// <summary>At most <see cref="MaxMessage"/>: a template can say its longest value a hundred times over, for every alert that fires.</summary>
    public static string Shortened(string message) => message.Length <= MaxMessage ? message
        : message[..(char.IsHighSurrogate(message[MaxMessage - 2]) ? MaxMessage - 2 : MaxMessage - 1)] + "…";

    /// <summary>What is told when data is missing.</summary>
    public static string Missing(Evaluation evaluation)
    {
        var parts = evaluation.Leaves.Where(leaf => leaf.Unknown != Unknown.None).Select(leaf => leaf.Newest is { } newest
            ? $"{leaf.Leaf.SeriesId} has not changed since {newest.ReceivedAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC"
            : $"{leaf.Leaf.SeriesId} has no observation").Distinct();
        return $"No current data: {string.Join("; ", parts)}";
    }

    private static string Met(Condition condition, Evaluation evaluation, Func<string, string?> portfolioName)
    {
        if (condition.Type == "regime_shift")
        {
            var (distance, confidence) = (evaluation.Leaves[0].Newest, evaluation.Leaves[1].Newest);
            return $"Macro regime changed by {Number(distance?.Value)} (confidence {Percent(confidence?.Value, "0")})";
        }
        // Of `any` only what is true is told, of `all` everything is.
        return string.Join("; ", evaluation.Leaves.Where(leaf => leaf.Truth is true).DefaultIfEmpty(evaluation.Shown).Select(leaf => One(leaf, portfolioName)).Distinct());
    }

    private static string One(LeafTruth truth, Func<string, string?> portfolioName)
    {
        var leaf = truth.Leaf;
        var value = truth.Newest?.Value;
        var test = $"{leaf.Comparison.Phrase()} {ExactDecimal.ToText(leaf.Threshold)}";
        return leaf.Type switch
        {
            "macro" => $"{leaf.Subject} is {test} (now {leaf.Metric} {Number(value)})",
            "metric" => $"Portfolio {portfolioName(leaf.Subject) ?? leaf.Subject}: {leaf.Metric} is {test} (now {Number(value)})",
            "rating" or "price" => $"{leaf.Subject} {leaf.Metric} is {test} (now {Number(value)})",
            "news_sentiment" => $"{leaf.Subject} 7-day news sentiment is {test} (now {Number(value)})",
            "dar_breach" => $"⚠ Drawdown-at-risk {Loss(leaf, value)} exceeds {Loss(leaf, leaf.Threshold)}",
            "drawdown_limit" => $"🔴 Drawdown {Loss(leaf, value)} exceeds the limit {Loss(leaf, leaf.Threshold)}",
            "regime_shift" => $"Macro regime {leaf.Metric} is {test} (now {Number(value)})",
            _ => $"{leaf.Subject} is {test} (now {Number(value)})",
        };
    }

    private static string Loss(Leaf leaf, decimal? stored) => Percent(stored is { } value ? leaf.Shown(value) : null, "0.0");

    private static string Percent(decimal? fraction, string format) =>
        fraction is { } value ? (value * 100).ToString(format, CultureInfo.InvariantCulture) + " %" : "unknown";

    private static string Number(decimal? value) => value is { } number ? ExactDecimal.ToText(number) : "unknown";
}
