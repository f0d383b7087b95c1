using System.CommandLine;

using DawsOS.Agents;
using DawsOS.Hosting;
using DawsOS.Storage;

namespace DawsOS.Patterns;

/// <summary><c>patterns check &lt;dir&gt;</c>: the loader's report on a directory, without a server.</summary>
internal static class CheckCommand
{
    public static Command Make(Func<Func<Task<int>>, Task<int>> guard)
    {
        var directory = new Argument<string>("dir") { Description = "The directory with the *.json files." };
        var check = new Command("check", "Reports everything that is wrong with the definitions in a directory; exit code 1 when there is anything.") { directory };
        check.SetAction((parsed, _) => guard(() => RunAsync(parsed.GetValue(directory)!, Console.Out)));
        return new Command("patterns", "Works on pattern definitions.") { check };
    }

    private static async Task<int> RunAsync(string directory, TextWriter output)
    {
        if (!Directory.Exists(directory))
        {
            throw new StartupException($"There is no directory '{directory}'.");
        }
        // Only names and signatures are asked for: nothing is opened or started.
        await using var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new StorageOptions { Dialect = Dialect.Sqlite, ConnectionString = "Data Source=:memory:", Describe = "nothing" })
            .AddSingleton<Database>()
            .AddCapabilities(DawsHost.ReadSettings([]).ConformanceAgent)
            .BuildServiceProvider();
        var catalogue = new PatternCatalogue(PatternFile.BuiltIn(), services.GetRequiredService<CapabilityRegistry>());
        var files = PatternFolder.Read(directory);
        var findings = catalogue.Check(files);
        foreach (var finding in findings)
        {
            await output.WriteLineAsync(finding.ToString());
        }
        await output.WriteLineAsync($"{files.Count} definitions, {findings.Count} findings.");
        return findings.Count == 0 ? 0 : 1;
    }
}
