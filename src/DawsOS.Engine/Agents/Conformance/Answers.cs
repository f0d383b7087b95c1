using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using DawsOS.Canonical;

namespace DawsOS.Agents.Conformance;

internal sealed class Echo() : ConformanceCapability<ValueArgs>("t.echo", "Answers v.")
{
    protected override Task<CapabilityResult> RunAsync(ValueArgs args, CapabilityCall call, CancellationToken cancellationToken) => Task.FromResult(Answer(args.V));
}

internal sealed class OtherEcho() : ConformanceCapability<ValueArgs>("u.echo", "Answers v, on a second agent.", "conformance_second")
{
    protected override Task<CapabilityResult> RunAsync(ValueArgs args, CapabilityCall call, CancellationToken cancellationToken) => Task.FromResult(Answer(args.V));
}

internal sealed class Obj() : ConformanceCapability<Dictionary<string, JsonElement>>("t.obj", "Answers its arguments, whichever they are.")
{
    protected override Task<CapabilityResult> RunAsync(Dictionary<string, JsonElement> args, CapabilityCall call, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(call.Args));
}

internal sealed class Sum() : ConformanceCapability<Sum.Args>("t.sum", "Answers the sum of xs, exactly.")
{
    public sealed record Args
    {
        public required ImmutableArray<decimal> Xs { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Answer(CanonicalJson.Of(args.Xs.Sum())));
        }
        catch (OverflowException)
        {
            return Task.FromResult(Failed(FailureClass.Business, "The sum is beyond what a decimal holds."));
        }
    }
}

internal sealed class Nothing() : ConformanceCapability<Nothing.Args>("t.null", "Answers null.")
{
    public sealed record Args;

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken) => Task.FromResult(Answer(CanonicalValue.Null));
}

internal sealed class Big() : ConformanceCapability<Big.Args>("t.big", "Answers a text of so many bytes.")
{
    private const int Most = 64 << 20;

    public sealed record Args
    {
        public required int Bytes { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken) => Task.FromResult(
        args.Bytes is < 0 or > Most
            ? Failed(FailureClass.Business, string.Create(CultureInfo.InvariantCulture, $"bytes must be 0 to {Most}."))
            : Answer(new CanonicalValue([(byte)'"', .. Enumerable.Repeat((byte)'x', args.Bytes), (byte)'"'])));
}

internal sealed class Meta() : ConformanceCapability<Meta.Args>("t.meta", "Answers v with the metadata it is given; partial when told.")
{
    public sealed record Args
    {
        public required JsonElement V { get; init; }

        public DateOnly? Asof { get; init; }

        public double? Ttl { get; init; }

        public string? Source { get; init; }

        public bool Partial { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken) => Task.FromResult(Answer(args.V) with
    {
        Asof = args.Asof,
        Ttl = args.Ttl is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)) : null,
        Sources = args.Source is { } source ? [source] : [],
        Partial = args.Partial,
        Warnings = args.Partial ? ["A part is missing, as told."] : [],
    });
}
