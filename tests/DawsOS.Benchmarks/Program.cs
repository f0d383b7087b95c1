using System.Globalization;

using BenchmarkDotNet.Running;

using DawsOS.Alerts;
using DawsOS.Hosting;
using DawsOS.Patterns;

namespace DawsOS;

/// <summary>
/// <c>foundation</c> measures the whole program over HTTP, <c>overload</c> what is left of it under five times its load, <c>engine</c> the pattern engine next to bare grain calls, <c>alerts [rules [firings]]</c> a
/// million rules, ten thousand that fire five times, mails and reminders; everything else goes to BenchmarkDotNet.
/// </summary>
internal static class Benchmarks
{
    private static async Task Main(string[] args)
    {
        switch (args)
        {
            case ["foundation"]:
                await FoundationFigures.RunAsync();
                break;
            case ["overload", ..]:
                await Overload.RunAsync(args.Contains("--shared"));
                break;
            case ["engine", ..]:
                await EngineSpeed.RunAsync(history: args.Contains("--history"));
                break;
            case ["alerts", .. var rest]:
                await AlertScale.RunAsync(Number(rest, 0) ?? 1_000_000, Number(rest, 1) ?? 5);
                break;
            default:
                BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args);
                break;
        }
    }

    private static int? Number(string[] args, int place) => place < args.Length ? int.Parse(args[place], CultureInfo.InvariantCulture) : null;
}
