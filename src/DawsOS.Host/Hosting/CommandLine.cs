using System.Collections.Frozen;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

using DawsOS.Demo;
using DawsOS.Patterns;
using DawsOS.Storage;

namespace DawsOS.Hosting;

/// <summary>The program's commands. A start that cannot go on prints one sentence and exits with 1.</summary>
internal static class CommandLine
{
    private static readonly FrozenSet<string> StandardSettings = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "urls", "environment", "contentRoot", "applicationName", "webRoot", "AllowedHosts", "https_port", "http_ports", "https_ports");

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("DawsOS: portfolio intelligence on Orleans. Without a command it serves.") { TreatUnmatchedTokensAsErrors = false };
        var migrate = new Command("migrate", "Brings the database to this program's version and ends.") { TreatUnmatchedTokensAsErrors = false };
        root.Subcommands.Add(migrate);
        root.Subcommands.Add(Demo());
        root.Subcommands.Add(CheckCommand.Make(GuardAsync));
        root.SetAction((parsed, token) => GuardAsync(() => ServeAsync(parsed, token)));
        migrate.SetAction((parsed, token) => GuardAsync(() => MigrateAsync(parsed, token)));
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithVariables((HelpAction)help.Action!);
        }
        // Ctrl-C and SIGTERM belong to the host, which drains.
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static Command Demo()
    {
        var exit = new Option<bool>("--exit") { Description = "Ends after the table: 0 when all of it was seen, else 1." };
        var keep = new Option<bool>("--keep") { Description = "Keeps the temporary data directory and prints its path." };
        var demo = new Command("demo", "Shows the way from an observation to a notification and a mail, on synthetic data in a temporary directory. --exit ends after the table, --keep keeps the directory.") { exit, keep };
        demo.SetAction((parsed, token) => GuardAsync(() => parsed.UnmatchedTokens is [var unknown, ..]
            ? throw new StartupException($"The demo takes no '{unknown}', only --exit and --keep; it finds its own address and data directory.")
            : new DemoCommand(parsed.GetValue(exit), parsed.GetValue(keep), Console.Out, TimeProvider.System).RunAsync(token)));
        return demo;
    }

    private static async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var app = DawsHost.Build(Configuration(parsed));
        await DawsHost.StartAsync(app, cancellationToken);
        using var limit = ShutdownLimit.Watch(app);
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task<int> MigrateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = DawsHost.ReadSettings(Configuration(parsed));
        using var directory = settings.IsEmbedded ? DataDirectory.Open(settings.DataDirectory) : null;
        await using var database = new Database(settings.Storage);
        var applied = await new Migrator(database, TimeProvider.System).MigrateAsync(cancellationToken);
        Console.WriteLine(applied == 0 ? $"{database.Describe} is up to date." : $"{database.Describe}: {applied} migrations applied.");
        return 0;
    }

    // What is left over is standard .NET configuration: --urls http://…, --Logging:LogLevel:Orleans Warning.
    private static string[] Configuration(ParseResult parsed)
    {
        var rest = parsed.UnmatchedTokens;
        for (var i = 0; i < rest.Count; i++)
        {
            var isOption = rest[i].StartsWith("--", StringComparison.Ordinal);
            var isValue = i > 0 && rest[i - 1].StartsWith("--", StringComparison.Ordinal) && !rest[i - 1].Contains('=', StringComparison.Ordinal);
            if (!isOption && !isValue)
            {
                throw new StartupException($"There is no command '{rest[i]}': see --help.");
            }
            if (isOption && !IsSetting(rest[i]))
            {
                throw new StartupException($"There is no option '{rest[i]}': see --help.");
            }
            if (isOption && !rest[i].Contains('=', StringComparison.Ordinal) && (i + 1 == rest.Count || rest[i + 1].StartsWith("--", StringComparison.Ordinal)))
            {
                throw new StartupException($"The option '{rest[i]}' has no value: write {rest[i]}=<value>.");
            }
        }
        return [.. rest];
    }

    // Sections of .NET's own configuration have a colon; without one only what somebody reads is a setting.
    private static bool IsSetting(string option)
    {
        var name = option[2..].Split('=')[0];
        return name.Contains(':', StringComparison.Ordinal) || name.Contains("__", StringComparison.Ordinal) || StandardSettings.Contains(name)
            || Variable.All.Any(variable => variable.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"DawsOS cannot go on: {e.GetBaseException().Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    private sealed class HelpWithVariables(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var (output, line) = (parseResult.InvocationConfiguration.Output, Environment.NewLine);
            using var text = new StringWriter();
            parseResult.InvocationConfiguration.Output = text;
            var result = inner.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output = output;
            // What the library does not match itself are settings here.
            output.Write(text.ToString()
                .Replace("[[--] <additional arguments>...]]", "[--<setting>=<value>...]", StringComparison.Ordinal)
                .Replace($"Additional Arguments:{line}  Arguments passed to the application that is being run.{line}{line}", "", StringComparison.Ordinal));
            output.WriteLine("Environment variables (standard .NET configuration works too, e.g. --urls http://127.0.0.1:8000):");
            foreach (var variable in Variable.All)
            {
                output.WriteLine($"  {variable.Name,-30} {variable.Meaning} [{variable.Default}]");
            }
            return result;
        }
    }
}
