using System.Collections.Immutable;

namespace DawsOS.Patterns;

/// <summary>What references between steps must keep to: backwards only, no rings, and no value that may not be there.</summary>
internal static class DependencyRules
{
    public static void Check(DefinitionFaults faults, ImmutableArray<StepDefinition> steps, string[] names, IReadOnlyList<StepUse> uses)
    {
        var known = uses.Where(use => use.Target >= 0).ToList();
        var rings = Rings(names.Length, known);
        foreach (var use in known)
        {
            if (use.Source == use.Target)
            {
                faults.Add(use.Pointer, "E_CYCLE", $"'{use.Path}' is the value of this step itself.");
            }
            else if (rings[use.Source] == rings[use.Target])
            {
                faults.Add(use.Pointer, "E_CYCLE", $"'{use.Path}' is in a ring with this step: each waits for the other.");
            }
            else if (use.Target > use.Source)
            {
                faults.Add(use.Pointer, "E_FORWARD_REF", $"'{use.Path}' is the value of a later step: move that step before this one.");
            }
        }
        var byIndex = steps.ToDictionary(step => step.Index);
        foreach (var use in known.Where(use => use.IsRequired && use.Target < use.Source))
        {
            if (byIndex.TryGetValue(use.Source, out var source) && byIndex.TryGetValue(use.Target, out var target) && MayBeMissing(source, target))
            {
                faults.Add(
                    use.Pointer, "E_MAYBE_SKIPPED",
                    $"'{use.Path}' has no value when its step is skipped or fails: give a default with ??, test '{target.As} != null' in the condition, or make this step optional.");
            }
        }
    }

    private static bool MayBeMissing(StepDefinition source, StepDefinition target) =>
        (target.Optional || target.Condition is not null) && !source.Optional && source.Condition?.Present.Contains(target.As) != true;

    // Number of the strongly connected component of each step (Tarjan 1972), without recursion: a thousand steps may form one chain.
    private static int[] Rings(int count, IReadOnlyList<StepUse> uses)
    {
        var next = uses.ToLookup(use => use.Source, use => use.Target);
        var order = new int[count];
        var low = new int[count];
        var ring = Enumerable.Repeat(-1, count).ToArray();
        var path = new Stack<int>();
        var counter = 0;
        for (var root = 0; root < count; root++)
        {
            if (order[root] != 0)
            {
                continue;
            }
            var work = new Stack<(int Step, IEnumerator<int> Targets)>();
            Enter(root);
            while (work.TryPeek(out var top))
            {
                if (top.Targets.MoveNext())
                {
                    var target = top.Targets.Current;
                    if (order[target] == 0)
                    {
                        Enter(target);
                    }
                    else if (ring[target] < 0)
                    {
                        low[top.Step] = Math.Min(low[top.Step], order[target]);
                    }
                    continue;
                }
                work.Pop();
                if (work.TryPeek(out var parent))
                {
                    low[parent.Step] = Math.Min(low[parent.Step], low[top.Step]);
                }
                if (low[top.Step] == order[top.Step])
                {
                    int member;
                    do
                    {
                        member = path.Pop();
                        ring[member] = top.Step;
                    }
                    while (member != top.Step);
                }
            }

            void Enter(int step)
            {
                order[step] = low[step] = ++counter;
                path.Push(step);
                work.Push((step, next[step].GetEnumerator()));
            }
        }
        return ring;
    }
}
