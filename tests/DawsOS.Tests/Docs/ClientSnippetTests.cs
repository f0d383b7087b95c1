using System.Diagnostics;

using DawsOS.Harness;

namespace DawsOS.Docs;

/// <summary>The README's Orleans client, as a process that has only Contracts and the Orleans client.</summary>
public sealed class ClientSnippetTests
{
    private static readonly string Project = Path.Combine(TestEnvironment.Root, "tests", "DawsOS.Client");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_of_the_readme_runs_a_pattern()
    {
        await using var app = await DawsApp.StartAsync();
        using var http = await app.SignInAsync();
        await http.PostCsvAsync($"DATE,VIXCLS\n{string.Join('\n', Enumerable.Range(1, 25).Select(day => $"2026-01-{day:00},{day}"))}\n");
        var user = (await http.GetAsync("/auth/me", System.Net.HttpStatusCode.OK))["id"].GetString()!;

        var (code, output) = await RunAsync($"{app.GatewayPort}", user);

        Assert.True(code == 0, output);
        Assert.StartsWith("Succeeded on SERIES_2026-01-25_1: {", output, StringComparison.Ordinal);
        Assert.Contains("\"last\":25", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_readme_shows_that_program()
    {
        var program = File.ReadAllText(Path.Combine(Project, "Program.cs")).Trim();

        Assert.Contains(program, Readme.Blocks("Recipes").Select(block => string.Join('\n', block)));
    }

    [Fact]
    public void It_has_only_contracts_and_the_orleans_client() => Assert.Equal(
        ["DawsOS.Client.dll", "DawsOS.Contracts.dll"],
        Directory.GetFiles(Path.GetDirectoryName(Program())!, "DawsOS.*.dll").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    // Built in the same configuration as these tests.
    private static string Program()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Project, "bin", output.Parent!.Name, output.Name, "DawsOS.Client.dll");
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] args)
    {
        using var client = Process.Start(new ProcessStartInfo("dotnet", [Program(), .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = client.StandardError.ReadToEndAsync(Token);
        var output = await client.StandardOutput.ReadToEndAsync(Token);
        await client.WaitForExitAsync(Token);
        return (client.ExitCode, output + await errors);
    }
}
