using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Alerts;

/// <summary>The members of one object of a condition; every fault is kept with its pointer.</summary>
/// <param name="element">The object.</param>
/// <param name="root">Its pointer.</param>
/// <param name="errors">Where faults are kept.</param>
/// <param name="isStored">It was checked for members that are none when it was stored; a tick reads thousands of them.</param>
internal sealed class ConditionMembers(JsonElement element, string root, ImmutableArray<FieldError>.Builder errors, bool isStored = false)
{
    public string Root => root;

    public ImmutableArray<FieldError>.Builder Errors => errors;

    public bool IsStored => isStored;

    public bool Has(string name) => element.TryGetProperty(name, out _);

    public JsonElement? Raw(string name) => element.TryGetProperty(name, out var value) ? value : null;

    public void Fault(string name, string message) => errors.Add(new FieldError($"{root}/{Escaped(name)}", message));

    public void Only(params ReadOnlySpan<string> known)
    {
        if (isStored)
        {
            return;
        }
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                Fault(member.Name, $"There is no member '{Shortened(member.Name)}'; known are {string.Join(", ", known)}.");
            }
        }
    }

    /// <summary>Required text; null after a fault.</summary>
    public string? Text(string name)
    {
        if (!element.TryGetProperty(name, out var value))
        {
            Fault(name, $"'{name}' is required.");
            return null;
        }
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }
        Fault(name, $"'{name}' must be text.");
        return null;
    }

    /// <summary>One of the values; <paramref name="fallback"/> when it is not there, null after a fault.</summary>
    public string? OneOf(string name, string? fallback, IReadOnlyCollection<string> known)
    {
        if (fallback is not null && !Has(name))
        {
            return fallback;
        }
        if (Text(name) is not { } text)
        {
            return null;
        }
        if (known.Contains(text))
        {
            return text;
        }
        Fault(name, $"There is no {name} '{Shortened(text)}'; use one of {string.Join(", ", known)}.");
        return null;
    }

    public Comparison? Operator()
    {
        if (Text("op") is not { } symbol)
        {
            return null;
        }
        if (Comparisons.Parse(symbol) is { } comparison)
        {
            return comparison;
        }
        Fault("op", $"There is no operator '{Shortened(symbol)}'; use one of {Comparisons.Symbols}.");
        return null;
    }

    /// <summary>An exact number between the limits; <paramref name="fallback"/> when it is not there (null = required), null after a fault.</summary>
    public decimal? Number(string name, decimal? fallback = null, decimal min = decimal.MinValue, decimal max = decimal.MaxValue)
    {
        if (!element.TryGetProperty(name, out var value))
        {
            if (fallback is null)
            {
                Fault(name, $"'{name}' is required.");
            }
            return fallback;
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
        if (number < min || number > max)
        {
            Fault(name, $"'{name}' is {ExactDecimal.ToText(min)} to {ExactDecimal.ToText(max)}.");
            return null;
        }
        return number;
    }

    /// <summary>A whole number between the limits; <paramref name="fallback"/> when it is not there, null after a fault.</summary>
    public int? Whole(string name, int fallback, int min, int max)
    {
        if (Number(name, fallback, min, max) is not { } number)
        {
            return null;
        }
        if (number == decimal.Truncate(number))
        {
            return (int)number;
        }
        Fault(name, $"'{name}' is a whole number.");
        return null;
    }

    private static string Shortened(string text) => text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");

    private static string Escaped(string name) =>
        Shortened(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
