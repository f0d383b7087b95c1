using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Delivery;

public sealed class NotificationStreamEndTests
{
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    internal async Task A_stop_ends_streams_as_they_are_and_waits_for_none(Dialect dialect)
    {
        var app = await DawsApp.StartAsync(dialect);
        using var user = await app.SignInAsNewAsync("USER");
        using var listener = await NotificationListener.OpenAsync(app, user);

        var stop = app.DisposeAsync().AsTask();

        // A whole answer: a cut one would throw.
        Assert.Null(await listener.BlockAsync());
        await stop;
    }
}
