using DawsOS.Metrics;

using Microsoft.Extensions.Logging;

namespace DawsOS.Agents;

/// <summary>Runs the capabilities of one agent and turns whatever they throw into a failure with a class.</summary>
[GrainType("agent")]
internal sealed partial class AgentGrain(CapabilityRegistry registry, PatternMetrics metrics, TimeProvider clock, ILogger<AgentGrain> logger)
    : Grain, IAgentGrain
{
    public async Task<CapabilityResult> InvokeAsync(CapabilityCall command, CancellationToken cancellationToken)
    {
        var agent = this.GetPrimaryKeyString();
        if (registry.Find(command.Capability) is not { } capability || capability.Agent != agent)
        {
            return Capability.Failed(FailureClass.Business, $"The agent {agent} has no capability {command.Capability}.");
        }
        var started = clock.GetTimestamp();
        var result = await AttemptAsync(capability, command, cancellationToken);
        metrics.AgentInvoked(agent, capability.Name, result.Failure is null, clock.GetElapsedTime(started));
        metrics.BreakerAdmits(agent);
        return result;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Another silo may own this agent from now on; two gauges would contradict each other.
        metrics.BreakerGone(this.GetPrimaryKeyString());
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    private async Task<CapabilityResult> AttemptAsync(Capability capability, CapabilityCall command, CancellationToken cancellationToken)
    {
        try
        {
            return await capability.InvokeAsync(command, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (RejectedException e)
        {
            return Capability.Failed(FailureClass.Business, e.Message);
        }
        catch (TimeoutException)
        {
            return Capability.Failed(FailureClass.Timeout, $"{capability.Name} took too long.");
        }
        catch (DatabaseUnavailableException)
        {
            return Capability.Failed(FailureClass.Transient, "The database is away.");
        }
        catch (Exception e)
        {
            // Not the caller's mistake, so it is on the side of the infrastructure; what it was is for the log alone.
            LogBroken(e, capability.Name);
            return Capability.Failed(FailureClass.Transient, $"{capability.Name} broke.");
        }
    }

    [LoggerMessage(LogLevel.Error, "Capability {Capability} broke")]
    private partial void LogBroken(Exception exception, string capability);
}
