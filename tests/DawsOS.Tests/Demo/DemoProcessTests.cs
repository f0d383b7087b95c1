using System.Net;
using System.Net.Sockets;

using DawsOS.Harness;

namespace DawsOS.Demo;

/// <summary>The demo as a newcomer starts it: a process of its own, its temporary directory inside one of the test's.</summary>
public sealed class DemoProcessTests : IDisposable
{
    private const string Notification = "VIX is above 30 (now level 34.62)";
    private readonly Dictionary<string, string> _variables = [];
    private readonly string _temporary = Directory.CreateTempSubdirectory("daws-").FullName;

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    [Fact]
    public async Task It_delivers_notification_and_mail_queues_what_fails_and_leaves_nothing_behind()
    {
        // Half of what real mail needs, and what would stop a start.
        _variables["SMTP_HOST"] = "smtp.example.invalid";
        _variables["SMTP_USER"] = "nobody";
        await using var demo = await RunAsync("--exit");

        Assert.True(await demo.ExitAsync() == 0, demo.Output + demo.Errors);
        Assert.Contains(Notification, demo.Output, StringComparison.Ordinal);
        Assert.Contains("To          admin@localhost", demo.Output, StringComparison.Ordinal);
        Assert.Contains("Subject     DawsOS Alert: VIX above 30", demo.Output, StringComparison.Ordinal);
        Assert.Matches("Message-ID  <[0-9a-f]{32}@dawsos.example>", demo.Output);
        Assert.Contains($"Text        {Notification}", demo.Output, StringComparison.Ordinal);
        Assert.Contains("DGS10 is above 4.5 (now level 4.62)", demo.Output, StringComparison.Ordinal);
        Assert.Matches("GET /v1/alerts/dlq → 200  retryable, pending: The mail server could not be reached: ", demo.Output);
        Assert.Matches(@"next_attempt_at [0-9:]{8} UTC, [45]\.[0-9] minutes after the failed attempt", demo.Output);
        Assert.Matches(@"VIX above 30 .* delivered, [0-9.]+ ms +delivered, [0-9.]+ ms", demo.Output);
        Assert.Matches(@"10-year yield above 4\.5 .* delivered, [0-9.]+ ms +failed, retry at [0-9:]{8} UTC", demo.Output);
        Assert.Contains("market_snapshot of VIXCLS: last 27.48, z ", demo.Output, StringComparison.Ordinal);
        Assert.Contains("DATABASE_URL is set and ignored", demo.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_temporary, "dawsos-demo-*"));
    }

    [Fact]
    public async Task With_a_mail_server_in_the_environment_it_sends_for_real_to_the_login_address_only()
    {
        await using var server = new MailSink();
        foreach (var (name, value) in new[] { ("SMTP_HOST", "127.0.0.1"), ("SMTP_PORT", $"{server.Port}"), ("SMTP_FROM", "alerts@example.test"), ("SMTP_SECURITY", "none") })
        {
            _variables[name] = value;
        }
        _variables["DAWSOS_ADMIN_EMAIL"] = "ann@example.test";
        await using var demo = await RunAsync("--exit");

        Assert.True(await demo.ExitAsync() == 0, demo.Output + demo.Errors);
        Assert.Equal("ann@example.test", Assert.Single(server.Received).To.ToString());
        Assert.Contains("Mail is sent for real, by 127.0.0.1, to ann@example.test and nobody else", demo.Output, StringComparison.Ordinal);
        Assert.Contains("delivered at attempt 1", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("dead letter", demo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_finds_other_ports_and_keeps_its_directory_when_asked()
    {
        using var frontDoor = Occupy(8000);
        using var silo = Occupy(11111);
        using var gateway = Occupy(30000);
        await using var demo = await RunAsync("--exit", "--keep");

        Assert.True(await demo.ExitAsync() == 0, demo.Output + demo.Errors);
        Assert.Contains(Notification, demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("http://127.0.0.1:8000", demo.Output, StringComparison.Ordinal);
        var kept = Assert.Single(Directory.EnumerateDirectories(_temporary, "dawsos-demo-*"));
        Assert.Contains($"Kept: {kept} ", demo.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(kept, "dawsos.db")));
    }

    [Fact]
    public async Task It_stays_up_until_it_is_told_to_stop()
    {
        await using var demo = await RunAsync();
        await HostProcess.PollAsync("the demo to stay up", () => Task.FromResult(StaysUp(demo) || demo.Errors.Length > 0));
        Assert.True(StaysUp(demo), demo.Output + demo.Errors);
        var addresses = demo.Output.Split('\n').Where(line => line.Contains("http://", StringComparison.Ordinal)).ToList();
        using var http = new HttpClient();

        Assert.All(["API", "OpenAPI", "Dashboard", "Metrics"], name => Assert.Contains(addresses, line => line.StartsWith(name, StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Address(addresses, "OpenAPI"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(Address(addresses, "Metrics"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Contains("The mail server is up again: the mail that failed comes at ", demo.Output, StringComparison.Ordinal);
        demo.Signal("TERM");
        Assert.Equal(0, await demo.ExitAsync());
        Assert.Empty(Directory.EnumerateDirectories(_temporary, "dawsos-demo-*"));
    }

    private async Task<HostProcess> RunAsync(params string[] options)
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["TMPDIR"] = _temporary;
        foreach (var (name, value) in _variables)
        {
            environment[name] = value;
        }
        environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none";
        return HostProcess.Run(environment, ["demo", .. options]);
    }

    private static bool StaysUp(HostProcess demo) => demo.Output.Contains("until Ctrl-C", StringComparison.Ordinal);

    private static string Address(IEnumerable<string> lines, string name) =>
        lines.Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];

    // Whoever else has the port takes it just as well.
    private static TcpListener? Occupy(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
