namespace DawsOS.Patterns;

/// <summary>What became of a step.</summary>
internal enum StepStatus
{
    /// <summary>Its needs are not settled, or it is under way.</summary>
    Open,
    Succeeded,
    Failed,

    /// <summary>Its condition said no.</summary>
    ConditionNotMet,

    /// <summary>A step whose value it requires has none.</summary>
    UpstreamMissing,

    /// <summary>It was under way when the run ended, and its answer was no longer waited for.</summary>
    CutOff,
}

/// <summary>
/// Decides what can run next: a step is ready as soon as those it refers to are settled, and not before; the order in which steps settle changes
/// nothing but the order of the answers. Holds no clock and does nothing itself.
/// </summary>
internal sealed class RunPlanner
{
    private readonly PatternPlan _plan;
    private readonly int[] _waitingFor;
    private readonly StepStatus[] _statuses;
    private readonly Queue<int> _ready = new();
    private int _open;

    public RunPlanner(PatternPlan plan)
    {
        _plan = plan;
        var steps = plan.Pattern.Steps;
        _open = steps.Length;
        _waitingFor = new int[steps.Length];
        _statuses = new StepStatus[steps.Length];
        foreach (var step in steps)
        {
            _waitingFor[step.Index] = step.Needs.Length;
            if (step.Needs.IsEmpty)
            {
                _ready.Enqueue(step.Index);
            }
        }
    }

    /// <summary>True when every step is settled.</summary>
    public bool IsDone => _open == 0;

    public StepStatus StatusOf(int step) => _statuses[step];

    /// <summary>The next step that may start; in file order among those that became ready together.</summary>
    public bool TryNext(out int step) => _ready.TryDequeue(out step);

    /// <summary>Records what became of a step; those that waited for it may become ready.</summary>
    public void Settle(int step, StepStatus status)
    {
        _statuses[step] = status;
        _open--;
        foreach (var dependent in _plan.Dependents[step])
        {
            if (--_waitingFor[dependent] == 0)
            {
                _ready.Enqueue(dependent);
            }
        }
    }

    /// <summary>The first required step without a value, or null: then the step can be computed.</summary>
    public int? MissingFor(StepDefinition step)
    {
        foreach (var required in step.Requires)
        {
            if (_statuses[required] != StepStatus.Succeeded)
            {
                return required;
            }
        }
        return null;
    }
}
