using DawsOS.Alerts;
using DawsOS.Harness;

using Npgsql;

namespace DawsOS.Delivery;

public sealed class NotificationStreamOnPostgresTests(PostgresApp app) : NotificationStreamTests(app), IClassFixture<PostgresApp>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_that_is_older_and_commits_later_is_not_skipped()
    {
        using var user = await AlertScenario.NewAsync(App);
        var id = await IdAsync(user);
        using var listener = await NotificationListener.OpenAsync(App, user.Http);
        await using var connection = new NpgsqlConnection(App.DatabaseUrl);
        await connection.OpenAsync(Token);
        await using var older = await connection.BeginTransactionAsync(Token);
        await InsertAsync(connection, id, "older");
        await AddAsync(id, "younger");
        // It is there for all who ask, but what comes before it is not decided.
        Assert.Equal("younger", Assert.Single(await user.NotificationsAsync()).GetProperty("message").GetString());
        await listener.SilenceAsync();

        await older.CommitAsync(Token);

        Assert.Equal(["older", "younger"], await TakeAsync(listener, 2));
        await listener.SilenceAsync();
    }

    [Fact]
    public async Task Who_connects_while_a_transaction_is_open_gets_its_rows_but_not_what_was_committed_before()
    {
        using var user = await AlertScenario.NewAsync(App);
        var id = await IdAsync(user);
        await using var connection = new NpgsqlConnection(App.DatabaseUrl);
        await connection.OpenAsync(Token);
        await using var open = await connection.BeginTransactionAsync(Token);
        await InsertAsync(connection, id, "committed after");
        await AddAsync(id, "committed before");
        using var listener = await NotificationListener.OpenAsync(App, user.Http);

        await open.CommitAsync(Token);

        Assert.Equal("committed after", (await listener.NextAsync()).Message);
        await listener.SilenceAsync();
    }

    private static async Task InsertAsync(NpgsqlConnection connection, Guid userId, string message)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO notifications (id, user_id, message, delivered_at, created_at) VALUES ($1, $2, $3, now(), now())", connection)
        {
            Parameters = { new() { Value = Guid.CreateVersion7() }, new() { Value = userId }, new() { Value = message } },
        };
        await command.ExecuteNonQueryAsync(Token);
    }
}
