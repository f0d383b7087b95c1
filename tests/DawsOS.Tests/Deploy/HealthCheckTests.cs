using System.Diagnostics;
using System.Text.Json;

using DawsOS.Harness;
using DawsOS.Hosting;

namespace DawsOS.Deploy;

/// <summary>The image's own health command, run here against a host.</summary>
public sealed class HealthCheckTests
{
    [Fact]
    public async Task It_passes_on_a_ready_host_and_fails_where_none_listens()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        await using var app = await DawsApp.StartAsync();

        Assert.Equal(0, await CheckAsync(app.Address.Port));
        Assert.NotEqual(0, await CheckAsync(Ports.Free()));
    }

    private static async Task<int> CheckAsync(int port)
    {
        var check = Assert.Single(Dockerfile.Read().Of("HEALTHCHECK"));
        var command = JsonSerializer.Deserialize<string[]>(check[check.IndexOf('[', StringComparison.Ordinal)..])!;
        var arguments = command[1..].Select(argument => argument.Replace($"/{new Uri(Settings.DefaultUrl).Port} ", $"/{port} ", StringComparison.Ordinal));
        using var process = Process.Start(new ProcessStartInfo(command[0], arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
