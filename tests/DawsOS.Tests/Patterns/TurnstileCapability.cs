using System.Text.Json;
using System.Threading.Channels;

using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>Answers when the test lets it, so that a test decides in which order steps end. The answer depends on the arguments alone.</summary>
internal sealed class TurnstileCapability() : Capability<TurnstileCapability.Args>("x.turnstile", "turnstile", "Waits to be let through.")
{
    private readonly Channel<Turn> _arrived = Channel.CreateUnbounded<Turn>();

    public sealed record Args
    {
        public required string Step { get; init; }

        public JsonElement? Needs { get; init; }

        public bool Fails { get; init; }
    }

    /// <summary>The next call that has come here.</summary>
    public ValueTask<Turn> NextAsync(CancellationToken cancellationToken) => _arrived.Reader.ReadAsync(cancellationToken);

    protected override async Task<CapabilityResult> RunAsync(Args args, CapabilityCall call, CancellationToken cancellationToken)
    {
        var turn = new Turn(args.Step, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _arrived.Writer.TryWrite(turn);
        await turn.Pass.Task.WaitAsync(cancellationToken);
        return args.Fails
            ? Failed(FailureClass.Business, $"{args.Step} fails, as told.")
            : new CapabilityResult(CanonicalJson.Of(new { step = args.Step, of = call.Args.Sha256 }), Provenance.Computed, [], null, null, [], null);
    }

    /// <summary>A call that waits.</summary>
    internal sealed record Turn(string Step, TaskCompletionSource Pass);
}
