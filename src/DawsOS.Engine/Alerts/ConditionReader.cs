using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

using DawsOS.Canonical;
using DawsOS.Series;

namespace DawsOS.Alerts;

/// <summary>A condition that was read, with its canonical text, or the faults that stopped it.</summary>
internal sealed record ConditionReading(Condition? Condition, string Canonical, ImmutableArray<FieldError> Errors);

/// <summary>Reads <c>condition_json</c>: every fault is found and carries a pointer; nothing is guessed.</summary>
internal static class ConditionReader
{
    // D§4.1: what users call it → the FRED series it is.
    private static readonly FrozenDictionary<string, string> MacroSeries = new Dictionary<string, string>
    {
        ["VIX"] = "VIXCLS",
        ["CPI"] = "CPIAUCSL",
        ["DGS10"] = "DGS10",
        ["DGS2"] = "DGS2",
        ["UNRATE"] = "UNRATE",
        ["T10YIE"] = "T10YIE",
        ["DFII10"] = "DFII10",
        ["BAMLC0A0CM"] = "BAMLC0A0CM",
        ["DTWEXBGS"] = "DTWEXBGS",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Named so that the refusal can say that they are known but not built.
    private static readonly string[] LaterTypes =
        ["metric", "rating", "price", "news_sentiment", "dar_breach", "drawdown_limit", "regime_shift", "all", "any"];

    /// <summary>Every type of the contract, built or not.</summary>
    public static IReadOnlyList<string> Types { get; } = ["macro", "series", .. LaterTypes];

    private static readonly string[] LaterMembers = ["for", "clear_value", "max_age", "window", "notify", "cooldown_min"];

    /// <param name="json">The text of the condition.</param>
    /// <param name="root">Where it stands in the request, e.g. <c>/condition_json</c>.</param>
    public static ConditionReading Read(string json, string root)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            // First, because it finds text that is no Unicode.
            var canonical = Encoding.UTF8.GetString(CanonicalJson.Write(document.RootElement));
            return Read(document.RootElement, root, canonical);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return Failed(new FieldError(root, "The condition is not JSON, has a member twice, holds a number beyond any, or is nested too deeply."));
        }
    }

    /// <summary>A condition that was stored, so it has been read before.</summary>
    public static Condition Stored(string json) =>
        Read(json, "").Condition ?? throw new InvalidOperationException("The stored condition cannot be read.");

    private static ConditionReading Failed(params ImmutableArray<FieldError> errors) => new(null, "", errors);

    private static ConditionReading Read(JsonElement element, string root, string canonical)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Failed(new FieldError(root, "The condition must be an object like {\"type\":\"macro\",\"entity\":\"VIX\",\"op\":\">\",\"value\":30}."));
        }
        var members = new Members(element, root);
        var condition = members.Text("type") switch
        {
            "macro" => Macro(members),
            "series" => SeriesValue(members),
            null => null,
            { } other => members.Fault("type", LaterTypes.Contains(other)
                ? $"The type '{other}' is not available yet; use macro or series."
                : $"There is no type '{other}'; use macro or series."),
        };
        return members.Errors.Count > 0 ? Failed(members.Errors.ToImmutable()) : new ConditionReading(condition, canonical, []);
    }

    private static Condition? Macro(Members members)
    {
        members.Only("type", "entity", "metric", "op", "value");
        var entity = members.Text("entity");
        var series = entity is null ? null : MacroSeries.GetValueOrDefault(entity);
        if (entity is not null && series is null)
        {
            members.Fault("entity", $"There is no entity '{entity}'; use one of {string.Join(", ", MacroSeries.Keys.Order(StringComparer.Ordinal))}.");
        }
        if (members.Has("metric") && members.Text("metric") is { } metric && metric != "level")
        {
            members.Fault("metric", $"There is no metric '{metric}'; use level.");
        }
        var (comparison, threshold) = (Operator(members), members.Number("value"));
        return entity is not null && series is not null && comparison is { } op && threshold is { } value
            ? new Condition("macro", entity, "level", series, op, value)
            : null;
    }

    private static Condition? SeriesValue(Members members)
    {
        members.Only("type", "series_id", "op", "value");
        var series = members.Text("series_id");
        if (series is not null && !SeriesIds.IsValid(series))
        {
            members.Fault("series_id", "A series id is 1–64 of the characters A–Z a–z 0–9 . _ : ^ -");
        }
        else if (series is not null && !SeriesIds.IsCanonical(series))
        {
            members.Fault("series_id", "The portfolio in a series id is written in lower case.");
        }
        var (comparison, threshold) = (Operator(members), members.Number("value"));
        return series is not null && comparison is { } op && threshold is { } value ? new Condition("series", series, null, series, op, value) : null;
    }

    private static Comparison? Operator(Members members)
    {
        if (members.Text("op") is not { } symbol)
        {
            return null;
        }
        var comparison = Comparisons.Parse(symbol);
        if (comparison is null)
        {
            members.Fault("op", $"There is no operator '{symbol}'; use one of {Comparisons.Symbols}.");
        }
        return comparison;
    }

    private sealed class Members(JsonElement element, string root)
    {
        public ImmutableArray<FieldError>.Builder Errors { get; } = ImmutableArray.CreateBuilder<FieldError>();

        public bool Has(string name) => element.TryGetProperty(name, out _);

        public Condition? Fault(string name, string message)
        {
            Errors.Add(new FieldError($"{root}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", message));
            return null;
        }

        public void Only(params string[] known)
        {
            foreach (var member in element.EnumerateObject().Where(member => !known.Contains(member.Name)))
            {
                Fault(member.Name, LaterMembers.Contains(member.Name)
                    ? $"'{member.Name}' is not available yet."
                    : $"There is no member '{member.Name}'; known are {string.Join(", ", known)}.");
            }
        }

        public string? Text(string name)
        {
            if (!element.TryGetProperty(name, out var value))
            {
                Fault(name, $"'{name}' is required.");
                return null;
            }
            if (value.ValueKind != JsonValueKind.String)
            {
                Fault(name, $"'{name}' must be text.");
                return null;
            }
            return value.GetString();
        }

        public decimal? Number(string name)
        {
            if (!element.TryGetProperty(name, out var value))
            {
                Fault(name, $"'{name}' is required.");
                return null;
            }
            if (value.ValueKind != JsonValueKind.Number)
            {
                Fault(name, $"'{name}' must be a number.");
                return null;
            }
            if (!ExactDecimal.TryParse(value.GetRawText(), out var number))
            {
                Fault(name, $"'{name}' cannot be held exactly: at most {ExactDecimal.Limits}.");
                return null;
            }
            return number;
        }
    }
}
