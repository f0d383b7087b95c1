using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Hosting;

/// <summary>The built program from start to end: what it prints, how it stops, that it comes back.</summary>
public sealed class LifeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Help_lists_every_command_and_every_variable()
    {
        await using var host = HostProcess.Run(await HostProcess.NewEnvironmentAsync(), "--help");

        Assert.Equal(0, await host.ExitAsync());
        Assert.All(["migrate ", "demo ", "patterns "], command => Assert.Contains($"  {command} ", host.Output, StringComparison.Ordinal));
        Assert.Contains(" [command] [options] [--<setting>=<value>...]\n", host.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("dditional", host.Output, StringComparison.Ordinal);
        foreach (var variable in Variable.All)
        {
            Assert.Contains($"  {variable.Name} ", host.Output, StringComparison.Ordinal);
        }
        Assert.Empty(host.Errors);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    internal async Task Migrate_only_migrates_and_may_be_repeated(Dialect dialect)
    {
        var environment = await HostProcess.NewEnvironmentAsync(dialect);
        await using var first = HostProcess.Run(environment, "migrate");
        var firstCode = await first.ExitAsync();
        await using var second = HostProcess.Run(environment, "migrate");
        var secondCode = await second.ExitAsync();

        Assert.Equal((0, 0), (firstCode, secondCode));
        Assert.EndsWith($": {Sql.Migrations(dialect).Count} migrations applied.", first.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith(" is up to date.", second.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Empty(first.Errors + second.Errors);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task What_is_stored_is_for_its_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix'.");
        var environment = await HostProcess.NewEnvironmentAsync();
        await using var host = await HostProcess.StartAsync(environment);
        using var login = await host.Http.PostAsync("/auth/login", System.Net.Http.Json.JsonContent.Create(new { email = DawsApp.AdminEmail, password = DawsApp.AdminPassword }), Token);

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        var directory = environment["DAWSOS_DATA"];
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(directory) & Others);
        Assert.Contains(Path.Combine(directory, "dawsos.db-wal"), Directory.GetFiles(directory));
        Assert.All(
            Directory.GetFiles(directory, "dawsos.db*"), file => Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(file) & Others));
    }

    [Fact]
    public async Task A_stop_while_the_database_hangs_ends_all_the_same()
    {
        using var proxy = new TcpProxy();
        var environment = await HostProcess.NewEnvironmentAsync(Dialect.Postgres);
        environment["DATABASE_URL"] = proxy.InFrontOf(environment["DATABASE_URL"]);
        await using var host = await HostProcess.StartAsync(environment);
        proxy.Hang();

        var started = Stopwatch.GetTimestamp();
        host.Signal("TERM");
        await host.ExitAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 40);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    internal async Task A_start_is_quiet_and_says_where_it_listens(Dialect dialect)
    {
        var started = Stopwatch.GetTimestamp();
        await using var host = await HostProcess.StartAsync(await HostProcess.NewEnvironmentAsync(dialect));
        TestContext.Current.TestOutputHelper!.WriteLine($"{dialect}: ready after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
        host.Signal("TERM");

        Assert.Equal(0, await host.ExitAsync());
        Assert.Contains(host.Address.ToString().TrimEnd('/'), host.Output, StringComparison.Ordinal);
        Assert.True(!Complaints(host.Output).Any(), host.Output);
        Assert.True(host.Output.Count(c => c == '\n') <= 12, host.Output);
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task A_stop_lets_the_request_in_flight_finish()
    {
        await using var host = await HostProcess.StartAsync(await HostProcess.NewEnvironmentAsync());
        using var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port, Token);
        // Half a request: the body comes when the stop has begun.
        const string Body = """{"email":"nobody@example.test","password":"not the password"}""";
        await SendAsync(client, string.Create(
            CultureInfo.InvariantCulture, $"POST /auth/login HTTP/1.1\r\nHost: daws\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body[..10]}"));
        // The server has the head once it answers a later request on another connection.
        using var other = await host.Http.GetAsync("/health", Token);
        host.Signal("TERM");
        await HostProcess.PollAsync("the stop to begin", () => Task.FromResult(host.Output.Contains("Stopping", StringComparison.Ordinal)));

        await SendAsync(client, Body[10..]);
        var answer = await new StreamReader(client.GetStream()).ReadLineAsync(Token);

        Assert.StartsWith("HTTP/1.1 4", answer, StringComparison.Ordinal);
        Assert.Equal(0, await host.ExitAsync());
        Assert.Empty(host.Errors);
    }

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    internal async Task It_starts_again_after_a_kill(Dialect dialect)
    {
        var environment = await HostProcess.NewEnvironmentAsync(dialect);
        await using var first = await HostProcess.StartAsync(environment);
        await first.KillAsync();

        await using var second = await HostProcess.StartAsync(environment);
        second.Signal("INT");

        Assert.Equal(0, await second.ExitAsync());
    }

    private static async Task SendAsync(TcpClient client, string text) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Token);

    // That the machine stood still for a while is worth a warning to whoever runs it, and no fault of the start.
    private static IEnumerable<string> Complaints(string output)
    {
        var lines = output.Split('\n');
        return lines.Zip(lines.Skip(1).Append(""))
            .Where(pair => pair.First.Contains("Z warn:", StringComparison.Ordinal) || pair.First.Contains("Z fail:", StringComparison.Ordinal))
            .Where(pair => !pair.Second.Contains("longer than", StringComparison.Ordinal) && !pair.Second.Contains("elapsed time", StringComparison.Ordinal))
            .Select(pair => pair.First + pair.Second);
    }
}
