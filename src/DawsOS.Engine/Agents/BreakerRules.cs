namespace DawsOS.Agents;

/// <summary>A circuit breaker at a moment. HALF_OPEN is <see cref="Probing"/>: it is not stored, so a restart goes on as OPEN.</summary>
/// <param name="Failures">Consecutive failures of the infrastructure.</param>
/// <param name="OpenedAt">Null while closed.</param>
/// <param name="OpenUntil">From then on the next call is the probe; null while closed.</param>
/// <param name="Probing">Exactly one call is trying.</param>
/// <param name="Epoch">Counts the transitions, so that a call that began before one cannot undo it.</param>
internal readonly record struct Breaker(int Failures, DateTimeOffset? OpenedAt, DateTimeOffset? OpenUntil, bool Probing, long Epoch)
{
    public static readonly Breaker Closed = new(0, null, null, false, 0);

    public CircuitState State => OpenUntil is null ? CircuitState.Closed : Probing ? CircuitState.HalfOpen : CircuitState.Open;
}

/// <summary>Whether a call may pass.</summary>
/// <param name="Epoch">Given back when the call has ended.</param>
/// <param name="Refused">How long to wait; null = admitted.</param>
internal readonly record struct Admission(long Epoch, TimeSpan? Refused);

/// <summary>How a call ended, as far as the breaker cares.</summary>
internal enum CallEnd
{
    Succeeded,

    /// <summary>Arguments, permission or the domain said no: the agent works.</summary>
    Business,

    /// <summary>Transient failure or timeout.</summary>
    Infrastructure,

    /// <summary>Given up by the caller: nothing is known.</summary>
    Cancelled,
}

/// <summary>When a circuit opens and closes (D§1.6): pure, no timer; the clock is compared on the next call.</summary>
/// <param name="threshold">Consecutive infrastructure failures that open it.</param>
/// <param name="openFor">How long it stays open, each time in full.</param>
internal sealed class BreakerRules(int threshold, TimeSpan openFor)
{
    // While a probe is out nobody knows how long it takes.
    private static readonly TimeSpan WhileProbing = TimeSpan.FromSeconds(1);

    public static (Breaker Breaker, Admission Admission) Admit(Breaker breaker, DateTimeOffset now)
    {
        if (breaker.OpenUntil is not { } until)
        {
            return (breaker, new Admission(breaker.Epoch, null));
        }
        if (breaker.Probing || now < until)
        {
            return (breaker, new Admission(breaker.Epoch, breaker.Probing ? WhileProbing : until - now));
        }
        var probing = breaker with { Probing = true, Epoch = breaker.Epoch + 1 };
        return (probing, new Admission(probing.Epoch, null));
    }

    public Breaker Ended(Breaker breaker, Admission admission, CallEnd end, DateTimeOffset now)
    {
        // A call of an earlier state says nothing about this one.
        if (admission.Epoch != breaker.Epoch)
        {
            return breaker;
        }
        return (breaker.State, end) switch
        {
            (CircuitState.HalfOpen, CallEnd.Cancelled) => breaker with { Probing = false, Epoch = breaker.Epoch + 1 },
            (CircuitState.HalfOpen, CallEnd.Infrastructure) => Open(breaker, breaker.Failures + 1, now),
            (CircuitState.HalfOpen, _) => Breaker.Closed with { Epoch = breaker.Epoch + 1 },
            (CircuitState.Closed, CallEnd.Succeeded) => breaker.Failures == 0 ? breaker : breaker with { Failures = 0 },
            (CircuitState.Closed, CallEnd.Infrastructure) => breaker.Failures + 1 < threshold
                ? breaker with { Failures = breaker.Failures + 1 }
                : Open(breaker, breaker.Failures + 1, now),
            _ => breaker,
        };
    }

    public static Breaker Reset(Breaker breaker) => Breaker.Closed with { Epoch = breaker.Epoch + 1 };

    private Breaker Open(Breaker breaker, int failures, DateTimeOffset now) => new(failures, now, now + openFor, false, breaker.Epoch + 1);
}
