using System.Net;

using DawsOS.Alerts;
using DawsOS.Harness;
using DawsOS.Http;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Delivery;

/// <summary>Notifications as they come, to a client that listens.</summary>
public abstract class NotificationStreamTests(AppFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected DawsApp App => fixture.App;

    [Fact]
    public async Task What_fires_while_a_client_listens_is_streamed_as_the_list_has_it()
    {
        using var user = await AlertScenario.NewAsync(App);
        await user.CreateAsync(above: 30);
        await AddAsync(await IdAsync(user), "from before");
        using var listener = await NotificationListener.OpenAsync(App, user.Http);
        await user.ObserveAsync(31);

        var streamed = await listener.NextAsync();

        var listed = (await user.NotificationsAsync()).Single(row => row.GetProperty("message").GetString() != "from before");
        Assert.Equal(listed.GetRawText(), streamed.Data.GetRawText());
        await listener.SilenceAsync();
    }

    [Fact]
    public async Task They_come_in_the_order_of_commits_also_when_there_are_many()
    {
        using var user = await AlertScenario.NewAsync(App);
        var id = await IdAsync(user);
        using var listener = await NotificationListener.OpenAsync(App, user.Http);
        string[] expected = [.. Enumerable.Range(0, 251).Select(number => $"no. {number:000}")];
        await AddAsync(id, expected[..1]);
        await AddAsync(id, expected[1..250]);
        await AddAsync(id, expected[250..]);

        Assert.Equal(expected, await TakeAsync(listener, expected.Length));
        await listener.SilenceAsync();
    }

    [Fact]
    public async Task A_client_that_was_cut_off_gets_what_it_has_missed_and_nothing_twice()
    {
        using var user = await AlertScenario.NewAsync(App);
        var id = await IdAsync(user);
        string seen;
        using (var first = await NotificationListener.OpenAsync(App, user.Http))
        {
            // Cut off before it has seen any event: the first comment has told it where it stands.
            seen = first.LastEventId;
        }
        await AddAsync(id, "1", "2", "3");
        using (var second = await NotificationListener.OpenAsync(App, user.Http, seen))
        {
            Assert.Equal(["1", "2"], await TakeAsync(second, 2));
            seen = second.LastEventId;
        }
        await AddAsync(id, "4");

        using var third = await NotificationListener.OpenAsync(App, user.Http, seen);

        Assert.Equal(["3", "4"], await TakeAsync(third, 2));
        await third.SilenceAsync();
    }

    [Fact]
    public async Task Two_users_never_see_each_others()
    {
        using var user = await AlertScenario.NewAsync(App);
        using var other = await AlertScenario.NewAsync(App);
        using var listener = await NotificationListener.OpenAsync(App, user.Http);
        using var others = await NotificationListener.OpenAsync(App, other.Http, listener.LastEventId);
        await AddAsync(await IdAsync(user), "mine");
        await AddAsync(await IdAsync(other), "theirs");

        Assert.Equal("theirs", (await others.NextAsync()).Message);
        Assert.Equal("mine", (await listener.NextAsync()).Message);
        // Not by a cursor of the other one either.
        using var borrowed = await NotificationListener.OpenAsync(App, user.Http, others.LastEventId);
        await AddAsync(await IdAsync(other), "theirs again");
        await borrowed.SilenceAsync();
        await listener.SilenceAsync();
    }

    [Fact]
    public async Task What_was_deleted_is_not_streamed()
    {
        using var user = await AlertScenario.NewAsync(App);
        using var listener = await NotificationListener.OpenAsync(App, user.Http);
        var start = listener.LastEventId;
        await AddAsync(await IdAsync(user), "gone", "kept");
        var gone = (await user.NotificationsAsync()).Single(row => row.GetProperty("message").GetString() == "gone");
        await user.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/notifications/{AlertScenario.Id(gone)}", null, HttpStatusCode.NoContent);

        using var late = await NotificationListener.OpenAsync(App, user.Http, start);

        Assert.Equal("kept", (await late.NextAsync()).Message);
        await late.SilenceAsync();
    }

    [Fact]
    public async Task A_signal_wakes_a_stream_before_its_next_look()
    {
        using var user = await AlertScenario.NewAsync(App);
        var id = await IdAsync(user);
        var signal = App.Services.GetRequiredService<NotificationSignal>();
        using var listener = await NotificationListener.OpenAsync(App, user.Http);
        await AddAsync(id, "one");
        Assert.Equal("one", (await listener.NextAsync(() => signal.Raise(id))).Message);
        await AddAsync(id, "two");
        Assert.Equal("two", (await listener.NextAsync(() => signal.Raise())).Message);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("7")]
    [InlineData("-7-01977a8e000070008000000000000000")]
    [InlineData("7-01977a8e-0000-7000-8000-000000000000")]
    [InlineData("99999999999999999999-01977a8e000070008000000000000000")]
    public async Task A_cursor_that_is_none_is_refused(string cursor)
    {
        using var user = await App.SignInAsNewAsync("USER");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/notifications/stream") { Headers = { { "Last-Event-ID", cursor } } };

        using var response = await user.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("validation_failed", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cursor_from_the_future_waits_for_what_is_new()
    {
        using var user = await AlertScenario.NewAsync(App);
        using var listener = await NotificationListener.OpenAsync(App, user.Http, new NotificationCursor(long.MaxValue, Guid.Empty).ToString());
        await AddAsync(await IdAsync(user), "new");

        Assert.Equal("new", (await listener.NextAsync()).Message);
    }

    [Fact]
    public async Task Streams_that_are_never_read_hold_up_nobody()
    {
        using var user = await AlertScenario.NewAsync(App);
        await user.CreateAsync(above: 30);
        var deaf = new List<DeafClient>();
        for (var i = 0; i < 10; i++)
        {
            using var other = await AlertScenario.NewAsync(App);
            // More than what fits between them and us.
            await AddAsync(await IdAsync(other), [.. Enumerable.Range(0, 500).Select(number => $"{number}{new string('x', 2_000)}")]);
            deaf.Add(new DeafClient(App, other.Http));
            await deaf[^1].OpenAsync(StreamLimit.PerUser);
        }
        using var listener = await NotificationListener.OpenAsync(App, user.Http);

        Assert.Equal(1, (await user.ObserveAsync(31))["alerts_fired"].GetInt32());

        Assert.EndsWith("(now 31)", (await listener.NextAsync()).Message, StringComparison.Ordinal);
        deaf.ForEach(client => client.Dispose());
    }

    private protected Task AddAsync(Guid userId, params string[] messages) => StreamedRows.AddAsync(App, userId, messages);

    private protected static async Task<Guid> IdAsync(AlertScenario user) => Guid.Parse(await user.ReadIdAsync());

    private protected static async Task<string[]> TakeAsync(NotificationListener listener, int count)
    {
        var messages = new List<string>();
        while (messages.Count < count)
        {
            messages.Add((await listener.NextAsync()).Message);
        }
        return [.. messages];
    }
}

public sealed class NotificationStreamOnSqliteTests(SqliteApp app) : NotificationStreamTests(app), IClassFixture<SqliteApp>;
