using BenchmarkDotNet.Running;

using DawsOS.Patterns;

namespace DawsOS;

/// <summary><c>engine</c> measures the pattern engine next to bare grain calls; everything else goes to BenchmarkDotNet.</summary>
internal static class Benchmarks
{
    private static async Task Main(string[] args)
    {
        if (args is ["engine", ..])
        {
            await EngineSpeed.RunAsync(history: args.Contains("--history"));
        }
        else
        {
            BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args);
        }
    }
}
