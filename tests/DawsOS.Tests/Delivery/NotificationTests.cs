using System.Net;
using System.Text.Json;

using DawsOS.Alerts;
using DawsOS.Harness;

namespace DawsOS.Delivery;

/// <summary>What a user does with notifications that they have.</summary>
public abstract class NotificationTests(AppFixture fixture)
{
    [Fact]
    public async Task A_notification_is_read_once_and_the_first_time_stays()
    {
        using var user = await AlertScenario.NewAsync(fixture.App);
        var id = await NotifyAsync(user);
        var first = (await PatchAsync(user, id)).Body;
        await user.AdvanceAsync(TimeSpan.FromMinutes(1));

        var second = (await PatchAsync(user, id)).Body;

        Assert.True(first.GetProperty("is_read").GetBoolean());
        Assert.Equal(user.App.Clock.GetUtcNow().AddMinutes(-1), second.GetProperty("read_at").GetDateTimeOffset());
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal(first.GetRawText(), Assert.Single(await user.NotificationsAsync()).GetRawText());
        Assert.Equal(0, (await user.Http.GetAsync("/v1/notifications?unread_only=true", HttpStatusCode.OK))["total"].GetInt32());
    }

    [Fact]
    public async Task All_are_marked_as_read_but_only_ones_own_and_none_anew()
    {
        using var user = await AlertScenario.NewAsync(fixture.App);
        using var other = await AlertScenario.NewAsync(fixture.App);
        var id = await NotifyAsync(user);
        await NotifyAsync(user);
        await NotifyAsync(other);
        var read = (await PatchAsync(user, id))["read_at"].GetDateTimeOffset();
        await user.AdvanceAsync(TimeSpan.FromMinutes(1));

        await user.Http.SendJsonAsync(HttpMethod.Post, "/v1/notifications/mark-all-read", null, HttpStatusCode.NoContent);

        var times = (await user.NotificationsAsync()).Select(row => row.GetProperty("read_at").GetDateTimeOffset()).Order();
        Assert.Equal([read, user.App.Clock.GetUtcNow()], times);
        using var again = await user.App.SignInAgainAsync(other.Http);
        Assert.Equal(1, (await again.GetAsync("/v1/notifications?unread_only=true", HttpStatusCode.OK))["total"].GetInt32());
    }

    [Fact]
    public async Task A_deleted_notification_is_gone_everywhere()
    {
        using var user = await AlertScenario.NewAsync(fixture.App);
        var gone = await NotifyAsync(user);
        var kept = await NotifyAsync(user);

        await user.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/notifications/{gone}", null, HttpStatusCode.NoContent);

        await user.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/notifications/{gone}", null, HttpStatusCode.NotFound);
        await PatchAsync(user, gone, HttpStatusCode.NotFound);
        Assert.Equal(kept, AlertScenario.Id(Assert.Single(await user.NotificationsAsync())));
        Assert.Equal(1, await user.App.ScalarAsync<long>("SELECT count(*) FROM notifications WHERE id = @id", new { id = Guid.Parse(gone) }));
    }

    [Fact]
    public async Task Anothers_notification_does_not_exist_and_an_id_that_is_none_is_told()
    {
        using var user = await AlertScenario.NewAsync(fixture.App);
        using var other = await AlertScenario.NewAsync(fixture.App);
        var foreign = await NotifyAsync(other);

        foreach (var id in new[] { foreign, $"{Guid.CreateVersion7()}" })
        {
            await PatchAsync(user, id, HttpStatusCode.NotFound);
            await user.Http.SendJsonAsync(HttpMethod.Delete, $"/v1/notifications/{id}", null, HttpStatusCode.NotFound);
        }
        Assert.Equal("invalid_id", (await PatchAsync(user, "7", HttpStatusCode.BadRequest)).Error);
        Assert.Equal("invalid_id", (await user.Http.SendJsonAsync(HttpMethod.Delete, "/v1/notifications/stream", null, HttpStatusCode.BadRequest)).Error);
        Assert.Equal(JsonValueKind.Null, Assert.Single(await other.NotificationsAsync()).GetProperty("read_at").ValueKind);
    }

    // By the way of every notification: an alert of its own that fires.
    private static async Task<string> NotifyAsync(AlertScenario user)
    {
        var alert = AlertScenario.Id(await user.CreateAsync(above: 30));
        await user.ObserveAsync(31);
        return AlertScenario.Id((await user.NotificationsAsync()).Single(row => row.GetProperty("alert_id").GetString() == alert));
    }

    private static Task<Answer> PatchAsync(AlertScenario user, string id, HttpStatusCode expected = HttpStatusCode.OK) =>
        user.Http.SendJsonAsync(HttpMethod.Patch, $"/v1/notifications/{id}/read", null, expected);
}

public sealed class NotificationOnSqliteTests(SqliteApp app) : NotificationTests(app), IClassFixture<SqliteApp>;

public sealed class NotificationOnPostgresTests(PostgresApp app) : NotificationTests(app), IClassFixture<PostgresApp>;
