using System.Collections.Immutable;
using System.Text.RegularExpressions;

using DawsOS.Canonical;

namespace DawsOS.Alerts;

/// <summary>A user's own text with <c>{{name}}</c> of a closed set, checked when it is saved and filled in when the alert fires.</summary>
internal static partial class MessageTemplate
{
    public const int MaxLength = 2_000;

    /// <summary>What may stand between the braces; of a group, those of a leaf are the first true leaf's.</summary>
    public static readonly ImmutableArray<string> Names = ["name", "severity", "type", "subject", "metric", "op", "threshold", "value", "date", "message"];

    /// <summary>What is wrong with a template; null = nothing.</summary>
    public static string? Fault(string template)
    {
        if (template.Length > MaxLength || string.IsNullOrWhiteSpace(template))
        {
            return $"A template is 1–{MaxLength} characters.";
        }
        if (template.Any(c => char.IsControl(c) && c is not ('\n' or '\t')))
        {
            return "A template holds no control characters but line feeds and tabs.";
        }
        if (Placeholder().Matches(template).Select(match => match.Groups[1].Value).FirstOrDefault(name => !Names.Contains(name)) is { } unknown)
        {
            return $"There is no '{(unknown.Length <= 40 ? unknown : unknown[..40] + "…")}'; known are {string.Join(", ", Names)}.";
        }
        var rest = Placeholder().Replace(template, "");
        return rest.Contains("{{", StringComparison.Ordinal) || rest.Contains("}}", StringComparison.Ordinal)
            ? "A {{ or }} stands alone; write {{name}}."
            : null;
    }

    public static string Render(string template, Alert alert, LeafTruth shown, string message) => Placeholder().Replace(template, match => match.Groups[1].Value switch
    {
        "name" => alert.Name,
        "severity" => alert.Severity,
        "type" => alert.ConditionType,
        "subject" => shown.Leaf.Subject,
        "metric" => shown.Leaf.Metric ?? "value",
        "op" => (shown.Leaf.IsLoss ? Comparison.Above : shown.Leaf.Comparison).Symbol(),
        "threshold" => ExactDecimal.ToText(shown.Leaf.Shown(shown.Leaf.Threshold)),
        "value" => shown.Newest is { } newest ? ExactDecimal.ToText(shown.Leaf.Shown(newest.Value)) : "unknown",
        "date" => shown.Newest is { } dated ? $"{dated.Date:yyyy-MM-dd}" : "unknown",
        _ => message,
    });

    [GeneratedRegex(@"\{\{\s*([^{}]*?)\s*\}\}")]
    private static partial Regex Placeholder();
}
