using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using DawsOS.Canonical;

namespace DawsOS.Alerts;

/// <summary>A condition that was read, with its canonical text, or the faults that stopped it.</summary>
/// <param name="Condition">Null after a fault.</param>
/// <param name="Canonical">As it is stored, without the members that are normalised away.</param>
/// <param name="Errors">Each with its pointer.</param>
internal sealed record ConditionReading(Condition? Condition, string Canonical, ImmutableArray<FieldError> Errors)
{
    /// <summary>From the member <c>notify</c>; null = not there.</summary>
    public AlertChannels? Notify { get; init; }

    /// <summary>From the member <c>cooldown_min</c>; null = not there.</summary>
    public decimal? CooldownSeconds { get; init; }

    /// <summary>Portfolios it speaks of: each must be the caller's.</summary>
    public ImmutableArray<Guid> Portfolios { get; init; } = [];
}

/// <summary>Reads <c>condition_json</c>: every fault is found and carries a pointer; nothing is guessed.</summary>
internal static class ConditionReader
{
    private const string WindowMember = "window";

    /// <summary>Every type of the contract.</summary>
    public static readonly ImmutableArray<string> Types = [.. LeafReader.Types, "all", "any"];

    // Accepted at the top (D§4.1) and put where they belong. A window says how often a source is published; the newest observation is looked at anyway.
    private static readonly ImmutableArray<string> Normalised = ["notify", "cooldown_min", WindowMember];

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
    /// <exception cref="InvalidOperationException">It cannot be read any more.</exception>
    public static Condition Stored(string json)
    {
        using var document = JsonDocument.Parse(json);
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        var leaves = 0;
        return Condition(new ConditionMembers(document.RootElement, "", errors, isStored: true), [], 1, ref leaves) is { } condition && errors.Count == 0
            ? condition
            : throw new InvalidOperationException($"The stored condition cannot be read: {errors.FirstOrDefault()?.Message}");
    }

    private static ConditionReading Failed(params ImmutableArray<FieldError> errors) => new(null, "", errors);

    private static ConditionReading Read(JsonElement element, string root, string canonical)
    {
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        var leaves = 0;
        var condition = Part(element, root, errors, Normalised, 1, ref leaves);
        if (condition is null && errors.Count > 0)
        {
            return Failed(errors.ToImmutable());
        }
        var members = new ConditionMembers(element, root, errors);
        var (notify, cooldown) = (Notify(members), CooldownSeconds(members));
        if (members.Has(WindowMember))
        {
            members.OneOf(WindowMember, null, ["intraday", "daily", "weekly"]);
        }
        if (condition is not null && leaves > Group.MaxLeaves)
        {
            errors.Add(new FieldError(root, $"There are {leaves} leaves; at most {Group.MaxLeaves} fit into one alert."));
        }
        return errors.Count > 0
            ? Failed(errors.ToImmutable())
            : new ConditionReading(condition, Stripped(canonical, members), []) { Notify = notify, CooldownSeconds = cooldown, Portfolios = Portfolios(element) };
    }

    private static Condition? Part(
        JsonElement element, string root, ImmutableArray<FieldError>.Builder errors, ImmutableArray<string> extra, int depth, ref int leaves, bool isStored = false)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return Condition(new ConditionMembers(element, root, errors, isStored), extra, depth, ref leaves);
        }
        errors.Add(new FieldError(root, "A condition is an object like {\"type\":\"macro\",\"entity\":\"VIX\",\"op\":\">\",\"value\":30}."));
        return null;
    }

    private static Condition? Condition(ConditionMembers members, ImmutableArray<string> extra, int depth, ref int leaves)
    {
        switch (members.OneOf("type", null, Types))
        {
            case null:
                return null;
            case ("all" or "any") and var kind:
                return Of(kind, members, extra, depth, ref leaves);
            case var leaf:
                leaves++;
                return LeafReader.Read(leaf, members, extra);
        }
    }

    private static Group? Of(string kind, ConditionMembers members, ImmutableArray<string> extra, int depth, ref int leaves)
    {
        members.Only(["type", "of", .. extra]);
        if (depth > Group.MaxDepth)
        {
            members.Fault("type", $"Groups are nested at most {Group.MaxDepth} deep.");
            return null;
        }
        if (members.Raw("of") is not { ValueKind: JsonValueKind.Array } of || of.GetArrayLength() is < 1 or > Group.MaxLeaves)
        {
            members.Fault("of", $"'of' must be an array of 1 to {Group.MaxLeaves} conditions.");
            return null;
        }
        var parts = ImmutableArray.CreateBuilder<Condition>();
        foreach (var (part, i) in of.EnumerateArray().Select((part, i) => (part, i)))
        {
            if (Part(part, $"{members.Root}/of/{i}", members.Errors, [], depth + 1, ref leaves, members.IsStored) is { } condition)
            {
                parts.Add(condition);
            }
        }
        return parts.Count == of.GetArrayLength() ? new Group(kind, kind == "all", parts.ToImmutable()) : null;
    }

    private static AlertChannels? Notify(ConditionMembers members)
    {
        if (members.Raw("notify") is not { } raw)
        {
            return null;
        }
        if (raw.ValueKind != JsonValueKind.Object)
        {
            members.Fault("notify", "'notify' must be an object like {\"inapp\":true,\"email\":false}.");
            return null;
        }
        var channels = new AlertChannels(Inapp: true, Email: false, Webhook: false);
        foreach (var member in raw.EnumerateObject())
        {
            if (member.Name is not ("inapp" or "email") || member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                members.Fault("notify", "'notify' holds inapp and email, each true or false.");
                return null;
            }
            channels = member.Name == "inapp" ? channels with { Inapp = member.Value.GetBoolean() } : channels with { Email = member.Value.GetBoolean() };
        }
        return channels;
    }

    private static decimal? CooldownSeconds(ConditionMembers members) =>
        members.Has("cooldown_min") && members.Number("cooldown_min", null, 0, AlertChecks.MaxCooldownHours * 60) is { } minutes ? minutes * 60 : null;

    private static string Stripped(string canonical, ConditionMembers members)
    {
        if (!Normalised.Any(members.Has))
        {
            return canonical;
        }
        var node = JsonNode.Parse(canonical)!.AsObject();
        foreach (var name in Normalised)
        {
            node.Remove(name);
        }
        return Encoding.UTF8.GetString(CanonicalJson.Write(JsonSerializer.SerializeToElement(node)));
    }

    private static ImmutableArray<Guid> Portfolios(JsonElement element)
    {
        var found = element.TryGetProperty("portfolio_id", out var id) ? [Guid.ParseExact(id.GetString()!, "D")] : ImmutableArray<Guid>.Empty;
        return element.TryGetProperty("of", out var of) ? [.. found, .. of.EnumerateArray().SelectMany(part => Portfolios(part))] : found;
    }
}
