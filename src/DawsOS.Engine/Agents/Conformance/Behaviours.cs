using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Agents.Conformance;

internal sealed class Sleep(TimeProvider clock) : ConformanceCapability<Sleep.Args>("t.sleep", "Waits ms milliseconds, then answers v.")
{
    public sealed record Args
    {
        public required int Ms { get; init; }

        public JsonElement? V { get; init; }
    }

    protected override async Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, args.Ms)), clock, cancellationToken);
        return args.V is { } value ? Answer(value) : Answer(CanonicalValue.Null);
    }
}

internal sealed class Count() : ConformanceCapability<Count.Args>("t.count", "Answers how often it was called with this key.")
{
    private readonly Tally _calls = new();

    public sealed record Args
    {
        public required string Key { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(CanonicalJson.Of(_calls.Next(args.Key))));
}

internal sealed class Fail() : ConformanceCapability<Dictionary<string, JsonElement>>("t.fail", "Fails with the class given: transient, business or timeout.")
{
    public override ImmutableArray<FailureClass> FailureClasses => [FailureClass.Business, FailureClass.Transient, FailureClass.Timeout];

    protected override Task<CapabilityResult> RunAsync(Dictionary<string, JsonElement> args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var failure = args.TryGetValue("class", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        return Task.FromResult(failure switch
        {
            "transient" => Failed(FailureClass.Transient, "Failed as told: transient."),
            "timeout" => Failed(FailureClass.Timeout, "Failed as told: timeout."),
            "business" => Failed(FailureClass.Business, "Failed as told: business."),
            _ => Failed(FailureClass.Business, "class must be transient, business or timeout."),
        });
    }
}

internal sealed class Flaky() : ConformanceCapability<Flaky.Args>("t.flaky", "Fails the first k calls of this key as transient, then answers v.")
{
    private readonly Tally _calls = new();

    public override ImmutableArray<FailureClass> FailureClasses => [FailureClass.Business, FailureClass.Transient];

    public sealed record Args
    {
        public required string Key { get; init; }

        public required int K { get; init; }

        public JsonElement? V { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken) => Task.FromResult(
        _calls.Next(args.Key) <= args.K ? Failed(FailureClass.Transient, "Failed as told: not yet.") : args.V is { } value ? Answer(value) : Answer(CanonicalValue.Null));
}

/// <summary>Counts by key, for as long as the process lives; bounded, because a key comes from the caller.</summary>
internal sealed class Tally
{
    private const int MaxKeys = 100_000;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public int Next(string key) => _counts.Count >= MaxKeys && !_counts.ContainsKey(key)
        ? throw new RejectedException(RejectionCodes.ValidationFailed, $"No more than {MaxKeys} keys.")
        : _counts.AddOrUpdate(key, 1, (_, count) => count + 1);
}
