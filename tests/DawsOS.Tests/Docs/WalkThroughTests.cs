using System.Diagnostics;

using DawsOS.Harness;

namespace DawsOS.Docs;

public sealed class WalkThroughTests
{
    [Fact]
    public async Task The_commands_of_the_readme_lead_to_a_notification()
    {
        Assert.SkipUnless(IsThere("bash") && IsThere("curl"), "There is no bash or no curl here.");
        await using var app = await DawsApp.StartAsync();
        var script = string.Join('\n', Assert.Single(Readme.Blocks("Walk through it with curl"), block => block[0].StartsWith("API=", StringComparison.Ordinal)))
            .Replace("http://127.0.0.1:8000", app.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        var (code, output) = await BashAsync(script);

        Assert.True(code == 0, output);
        Assert.Contains("\"email\":{\"address\":\"admin@localhost\",\"enabled\":true}", output, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"VIX is above 30 (now level 31.2)\"", output, StringComparison.Ordinal);
    }

    private static bool IsThere(string program) =>
        (TestEnvironment.Variable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task<(int Code, string Output)> BashAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (bash.ExitCode, output + await errors);
    }
}
