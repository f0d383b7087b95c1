using System.Collections.Immutable;

namespace DawsOS.Agents;

/// <summary>Fails as it is told, by throwing.</summary>
internal sealed class ThrowCapability() : Capability<ThrowCapability.Args>("x.throw", "broken", "Fails.")
{
    public sealed record Args
    {
        public required string Class { get; init; }
    }

    protected override Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken) => throw args.Class switch
    {
        "business" => new RejectedException(RejectionCodes.ValidationFailed, "The test says no."),
        "timeout" => new TimeoutException(),
        "database" => new DatabaseUnavailableException("secret host name"),
        _ => new InvalidOperationException("secret internals"),
    };
}

/// <summary>Heeds no token: ends when the test says so.</summary>
internal sealed class DeafCapability() : Capability<DeafCapability.Args>("x.deaf", "deaf", "Does not heed its token.")
{
    public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public sealed record Args;

    protected override async Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        await End.Task;
        return Failed(FailureClass.Business, "Too late.");
    }
}

/// <summary>Never ends by itself; says when it began and when its token fired.</summary>
internal sealed class WaitCapability() : Capability<WaitCapability.Args>("t.wait", "test", "Waits for its cancellation.")
{
    public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public sealed record Args
    {
        public ImmutableArray<string> Nothing { get; init; } = [];
    }

    protected override async Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(() => Cancelled.TrySetResult());
        Began.TrySetResult();
        await Cancelled.Task;
        cancellationToken.ThrowIfCancellationRequested();
        return Failed(FailureClass.Business, "It was not cancelled.");
    }
}
