using DawsOS.Agents;

namespace DawsOS.Patterns;

/// <summary>Never ends by itself. A write, so it is told which run it belongs to.</summary>
internal sealed class HoldCapability() : Capability<HoldCapability.Args>("x.hold", "hold", "Waits for its cancellation.")
{
    private readonly TaskCompletionSource<string> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Effect Effect => Effect.Write;

    /// <summary>The run that called it, as soon as it did.</summary>
    public Task<string> Began => _began.Task;

    /// <summary>Ends when the token of that call fired.</summary>
    public Task Cancelled => _cancelled.Task;

    public sealed record Args;

    protected override async Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(() => _cancelled.TrySetResult());
        _began.TrySetResult(call.IdempotencyKey!.Split('/')[0]);
        await _cancelled.Task;
        throw new OperationCanceledException(cancellationToken);
    }
}
