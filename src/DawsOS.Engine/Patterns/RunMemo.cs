using DawsOS.Agents;
using DawsOS.Canonical;

namespace DawsOS.Patterns;

/// <summary>How a step came to its answer.</summary>
internal enum Origin
{
    Computed,

    /// <summary>An equal step had been answered.</summary>
    Memo,

    /// <summary>An equal step was under way; both got its answer.</summary>
    Coalesced,
}

/// <summary>
/// Answers of one run by capability and arguments (version, pack and ledger are the same throughout a run). Successes are remembered, null too; a
/// failure is shared with those who waited for it, then forgotten. Lives and dies with its run; used from the run's turn only.
/// </summary>
internal sealed class RunMemo
{
    private readonly Dictionary<Key, Task<CapabilityResult>> _answers = [];

    /// <param name="capability">Reads only; a write never comes here.</param>
    /// <param name="args">Canonical, so equal arguments have equal bytes.</param>
    /// <param name="call">Makes the call.</param>
    public (Origin Origin, Task<CapabilityResult> Answer) Get(string capability, CanonicalValue args, Func<Task<CapabilityResult>> call)
    {
        var key = new Key(capability, args);
        if (_answers.TryGetValue(key, out var known))
        {
            return (known.IsCompleted ? Origin.Memo : Origin.Coalesced, known);
        }
        var answer = RememberAsync(key, call);
        if (!answer.IsCompleted || answer is { IsCompletedSuccessfully: true, Result.Failure: null })
        {
            _answers[key] = answer;
        }
        return (Origin.Computed, answer);
    }

    private async Task<CapabilityResult> RememberAsync(Key key, Func<Task<CapabilityResult>> call)
    {
        var succeeded = false;
        try
        {
            var result = await call();
            succeeded = result.Failure is null;
            return result;
        }
        finally
        {
            if (!succeeded)
            {
                _answers.Remove(key);
            }
        }
    }

    private const int HashedBytes = 64;

    private readonly record struct Key(string Capability, CanonicalValue Args)
    {
        public bool Equals(Key other) =>
            Capability == other.Capability && Args.Bytes.Span.SequenceEqual(other.Args.Bytes.Span);

        // Both ends of a large value tell it apart well enough; equality looks at all of it.
        public override int GetHashCode()
        {
            var bytes = Args.Bytes.Span;
            var hash = default(HashCode);
            hash.Add(Capability, StringComparer.Ordinal);
            hash.Add(bytes.Length);
            hash.AddBytes(bytes[..Math.Min(bytes.Length, HashedBytes)]);
            hash.AddBytes(bytes[^Math.Min(bytes.Length, HashedBytes)..]);
            return hash.ToHashCode();
        }
    }
}
