using DawsOS.Canonical;

namespace DawsOS.Agents;

/// <summary>
/// A capability that computes on its arguments and reads nothing else. Large arguments are read, computed on and answered in the
/// <see cref="ComputePool"/>: parsing them alone would hold up every other call of the agent. Small ones cost less than the way there.
/// </summary>
internal abstract class Computation<TArgs, TResult>(ComputePool pool, string name, string agent, string description)
    : Capability<TArgs, TResult>(name, agent, description)
    where TArgs : class
{
    /// <summary>Above this a call goes to the pool: about 0.2 ms of parsing.</summary>
    public const int MaxInlineBytes = 16 << 10;

    /// <summary>Pure; a long loop asks the token.</summary>
    protected abstract Answer<TResult> Compute(TArgs args, CancellationToken cancellationToken);

    protected sealed override Task<Answer<TResult>> AnswerAsync(TArgs args, CapabilityCall call, CancellationToken cancellationToken) =>
        Task.FromResult(Compute(args, cancellationToken));

    private protected override Task<CapabilityResult> CallAsync(CapabilityCall call, CancellationToken cancellationToken) =>
        call.Args.Bytes.Length <= MaxInlineBytes
            ? base.CallAsync(call, cancellationToken)
            : pool.RunAsync(
                static (input, token) =>
                {
                    var answer = input.Capability.Compute(CapabilityJson.Read<TArgs>(input.Capability.Name, input.Args), token);
                    return answer.ToResult(CanonicalJson.Of(answer.Value));
                },
                (Capability: this, call.Args),
                cancellationToken);
}
