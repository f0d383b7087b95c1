using System.Diagnostics;
using System.Text.Json;

namespace DawsOS.Harness;

/// <summary>Debian's aiosmtpd as a process of its own on a free port, so that not only our own sink says that a mail is right. Required: .ci/run installs it.</summary>
internal sealed class MailOracle : IAsyncDisposable
{
    private readonly Process _process;

    private MailOracle(Process process) => _process = process;

    public int Port { get; private set; }

    public static async Task<MailOracle> StartAsync()
    {
        // Debian's python, whatever other stands first in PATH.
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(TestEnvironment.Root, "tests", "DawsOS.Tests", "Harness", "mail_oracle.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var oracle = new MailOracle(Process.Start(start)!);
        oracle.Port = (await oracle.ReadAsync()).GetProperty("port").GetInt32();
        return oracle;
    }

    /// <summary>The next mail, as Python read it.</summary>
    public async Task<JsonElement> ReadAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(line is not null, line is null ? $"apt-get install python3-aiosmtpd? {await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}" : null);
        return JsonDocument.Parse(line!).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
