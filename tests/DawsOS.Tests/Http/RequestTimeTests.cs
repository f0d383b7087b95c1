using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Delivery;
using DawsOS.Harness;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Http;

/// <summary>How long a request may take. The framework measures it by the machine's clock, so here the time is short.</summary>
public sealed class RequestTimeTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_takes_too_long_is_given_up_and_a_stream_is_not()
    {
        await using var app = await StartAsync();
        using var admin = await app.SignInAsync();
        using var listener = await NotificationListener.OpenAsync(app, admin);

        using var late = await app.Http.GetAsync("/test/forever", Token);

        var problem = await late.ProblemAsync(HttpStatusCode.GatewayTimeout, "timeout");
        Assert.Equal("The work took longer than allowed.", problem.GetProperty("detail").GetString());
        // Older than that by now.
        await listener.SilenceAsync();
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_given_up()
    {
        await using var app = await StartAsync();
        using var admin = await app.SignInAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(app.Address.Host, app.Address.Port, Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/alerts HTTP/1.1\r\nHost: {app.Address.Authority}\r\nAuthorization: {admin.DefaultRequestHeaders.Authorization}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"), Token);

        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);

        Assert.Equal("HTTP/1.1 504 Gateway Timeout", await reader.ReadLineAsync(Token));
    }

    [Theory]
    [InlineData("/auth/login")]
    [InlineData("/v1/execute")]
    public async Task A_body_that_comes_too_slowly_is_told_so_in_our_words(string path)
    {
        await using var app = await DawsApp.StartAsync(replace: builder => builder.WebHost.ConfigureKestrel(kestrel =>
            // The least that Kestrel takes.
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(1.001))));
        using var admin = await app.SignInAsync();
        using var client = await HalfClient.OpenAsync(app.Address, path, 5_000, authorization: admin.DefaultRequestHeaders.Authorization);
        await client.SendAsync("{");

        var answer = await client.ReadAsync();

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        var problem = JsonElement.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..(answer.LastIndexOf('}') + 1)]);
        Assert.Equal("request_timeout", problem.GetProperty("error").GetString());
        Assert.Equal("The body came with less than 1024 bytes a second.", problem.GetProperty("detail").GetString());
        // Counted when it has ended, which is after its answer.
        var count = $"dawsos_http_request_duration_seconds_count{{route=\"{path}\",method=\"POST\",code=\"408\"}} 1";
        await HostProcess.PollAsync(count, async () => (await app.Http.GetStringAsync("/metrics", Token)).Contains(count, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ordinary_routes_have_thirty_seconds()
    {
        await using var app = await DawsApp.StartAsync();

        Assert.Equal(
            TimeSpan.FromSeconds(30),
            app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<RequestTimeoutOptions>>().Value.DefaultPolicy!.Timeout);
    }

    private static Task<DawsApp> StartAsync() => DawsApp.StartAsync(
        replace: builder => builder.Services.PostConfigure<RequestTimeoutOptions>(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = Short }),
        map: web => web.MapGet("/test/forever", async (HttpContext context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            return "never";
        }).AllowAnonymous());
}
