using System.Net;
using System.Net.Sockets;

using DawsOS.Harness;

namespace DawsOS.Demo;

/// <summary>The demo as a newcomer starts it: a process of its own, its temporary directory inside one of the test's.</summary>
public sealed class DemoProcessTests : IDisposable
{
    private const string Notification = "VIX is above 30 (now level 34.62)";
    private readonly string _temporary = Directory.CreateTempSubdirectory("daws-").FullName;

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    [Fact]
    public async Task It_delivers_the_notification_and_leaves_nothing_behind()
    {
        await using var demo = await RunAsync("--exit");

        Assert.True(await demo.ExitAsync() == 0, demo.Output + demo.Errors);
        Assert.Contains(Notification, demo.Output, StringComparison.Ordinal);
        Assert.Contains("market_snapshot of VIXCLS: last 27.48, z ", demo.Output, StringComparison.Ordinal);
        Assert.Contains("DATABASE_URL is set and ignored", demo.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_temporary, "dawsos-demo-*"));
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
        demo.Signal("TERM");
        Assert.Equal(0, await demo.ExitAsync());
        Assert.Empty(Directory.EnumerateDirectories(_temporary, "dawsos-demo-*"));
    }

    private async Task<HostProcess> RunAsync(params string[] options)
    {
        var environment = await HostProcess.NewEnvironmentAsync();
        environment["TMPDIR"] = _temporary;
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
