using System.Net;

using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

public sealed class NotificationStreamEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    internal async Task A_stop_ends_streams_and_does_not_wait_for_those_that_are_never_read(Dialect dialect)
    {
        var app = await DawsApp.StartAsync(dialect);
        using var user = await app.SignInAsNewAsync("USER");
        var id = (await user.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid();
        await StreamedRows.AddAsync(app, id, [.. Enumerable.Range(0, 500).Select(_ => new string('x', 2_000))]);
        using var listener = await NotificationListener.OpenAsync(app, user);
        using var deaf = new DeafClient(app, user);
        await deaf.OpenAsync(3);

        var stop = app.DisposeAsync().AsTask();

        // A whole answer: a cut one would throw.
        Assert.Null(await listener.BlockAsync());
        await stop.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }
}
