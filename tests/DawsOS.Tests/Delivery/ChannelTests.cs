using System.Net;
using System.Text.Json;

using DawsOS.Harness;
using DawsOS.Storage;

using Microsoft.Extensions.DependencyInjection;

namespace DawsOS.Delivery;

/// <summary>What a user says about how they are told.</summary>
public abstract class ChannelTests(AppFixture fixture)
{
    private const string Path = "/v1/me/channels";

    [Fact]
    public async Task Who_never_said_anything_has_UTC_and_the_login_address()
    {
        using var viewer = await fixture.App.SignInAsNewAsync("VIEWER");

        var answer = await viewer.GetAsync(Path, HttpStatusCode.OK);

        Assert.Equal(Text("UTC", viewer.DefaultRequestHeaders.From!, true), answer.Text);
    }

    [Fact]
    public async Task What_is_put_replaces_what_was_there_and_is_ones_own()
    {
        using var user = await fixture.App.SignInAsNewAsync("VIEWER");
        using var other = await fixture.App.SignInAsNewAsync("USER");
        var login = user.DefaultRequestHeaders.From!;

        var put = await PutAsync(user, new { time_zone = "America/New_York", email = new { address = "Me@example.test", enabled = false } });
        Assert.Equal(Text("America/New_York", "Me@example.test", false), put.Text);
        Assert.Equal(put.Text, (await user.GetAsync(Path, HttpStatusCode.OK)).Text);
        Assert.Equal(Text("UTC", other.DefaultRequestHeaders.From!, true), (await other.GetAsync(Path, HttpStatusCode.OK)).Text);

        Assert.Equal(Text("UTC", login, false), (await PutAsync(user, new { email = new { address = (string?)null, enabled = false } })).Text);
        Assert.Equal(Text("Europe/Berlin", login, true), (await PutAsync(user, new { time_zone = "Europe/Berlin" })).Text);
        Assert.Equal(Text("UTC", login, true), (await PutAsync(user, new { })).Text);
        Assert.Equal(Text("UTC", login, true), (await user.GetAsync(Path, HttpStatusCode.OK)).Text);
    }

    [Theory]
    [InlineData("Nowhere/Land")]
    [InlineData("america/new_york")]
    [InlineData("utc")]
    [InlineData("Eastern Standard Time")]
    [InlineData("UTC-11")]
    [InlineData("../America/New_York")]
    [InlineData("/usr/share/zoneinfo/America/New_York")]
    [InlineData("America")]
    [InlineData("America/New_York ")]
    [InlineData("right/America/New_York")]
    [InlineData("localtime")]
    [InlineData("Factory")]
    [InlineData("America//New_York")]
    [InlineData("America/../UTC")]
    [InlineData("")]
    public async Task A_time_zone_is_an_IANA_id_in_its_own_spelling(string timeZone)
    {
        using var user = await fixture.App.SignInAsNewAsync("USER");
        // Used once, a zone is found by other spellings too.
        await PutAsync(user, new { time_zone = "America/New_York" });

        var answer = await PutAsync(user, new { time_zone = timeZone }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal(["/time_zone"], answer.Pointers);
        Assert.Contains("America/New_York", answer["detail"].GetString(), StringComparison.Ordinal);
        Assert.Equal("America/New_York", (await user.GetAsync(Path, HttpStatusCode.OK))["time_zone"].GetString());
    }

    [Fact]
    public async Task Every_fault_is_told_at_its_place_and_nothing_is_stored()
    {
        using var user = await fixture.App.SignInAsNewAsync("USER");

        var refused = await PutAsync(
            user, new { time_zone = "x", email = new { address = "nobody" }, quiet_hours = new { from = "22:00", to = "07:00" }, webhook = new { url = "https://example.test" } },
            HttpStatusCode.UnprocessableEntity);
        var unknown = await PutAsync(user, new { email = new { adress = "me@example.test" } }, HttpStatusCode.BadRequest);
        var text = await PutAsync(user, new { email = new { enabled = "yes" } }, HttpStatusCode.BadRequest);

        Assert.Equal(["/time_zone", "/email/address", "/quiet_hours", "/webhook"], refused.Pointers);
        Assert.EndsWith("not available yet.", refused["errors"][2].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(("unknown_member", "/email/adress"), (unknown.Error, Assert.Single(unknown.Pointers)));
        Assert.Equal("invalid_type", text.Error);
        Assert.Equal(["/email/address"], (await PutAsync(user, new { email = new { address = "" } }, HttpStatusCode.UnprocessableEntity)).Pointers);
        Assert.Equal(Text("UTC", user.DefaultRequestHeaders.From!, true), (await user.GetAsync(Path, HttpStatusCode.OK)).Text);
    }

    [Fact]
    public async Task The_audit_tells_a_change_but_not_the_address()
    {
        using var user = await fixture.App.SignInAsNewAsync("USER");
        var id = (await user.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid();

        await PutAsync(user, new { time_zone = "Asia/Tokyo", email = new { address = "secret@example.test" } });
        await PutAsync(user, new { time_zone = "nowhere" }, HttpStatusCode.UnprocessableEntity);

        var details = await fixture.App.ScalarAsync<string>(
            "SELECT details FROM audit_log WHERE user_id = @id AND action = 'put_channels' AND resource_type = 'user' AND resource_id = @subject", new { id, subject = $"{id:D}" });
        Assert.Equal("""{"after":{"email_enabled":true,"time_zone":"Asia/Tokyo"},"before":{"email_enabled":true,"time_zone":"UTC"},"own_address":true}""", details);
        Assert.Equal(1, await fixture.App.ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE user_id = @id AND action = 'put_channels'", new { id }));
    }

    [Fact]
    public async Task Those_of_many_users_are_read_at_once()
    {
        using var said = await fixture.App.SignInAsNewAsync("USER");
        using var silent = await fixture.App.SignInAsNewAsync("USER");
        using var gone = await fixture.App.SignInAsNewAsync("USER");
        await PutAsync(said, new { time_zone = "Asia/Tokyo", email = new { address = "me@example.test", enabled = false } });
        var ids = new List<Guid>();
        foreach (var http in new[] { said, silent, gone })
        {
            ids.Add((await http.GetAsync("/auth/me", HttpStatusCode.OK))["id"].GetGuid());
        }
        using var admin = await fixture.App.SignInAsync();
        await admin.SendJsonAsync(HttpMethod.Patch, $"/auth/users/{ids[2]}", new { is_active = false }, HttpStatusCode.OK);
        ids.Add(Guid.CreateVersion7());

        var channels = await fixture.App.Services.GetRequiredService<Database>().ReadAsync(
            As.Job, session => UserChannelStore.ReadAsync(session, [.. ids, ids[0]]), TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                new UserChannels { UserId = ids[0], TimeZone = "Asia/Tokyo", EmailAddress = "me@example.test", EmailEnabled = false, UserIsActive = true },
                new UserChannels { UserId = ids[1], EmailAddress = silent.DefaultRequestHeaders.From!, UserIsActive = true },
                new UserChannels { UserId = ids[2], EmailAddress = gone.DefaultRequestHeaders.From! },
                new UserChannels { UserId = ids[3] },
            ],
            ids.Select(id => channels[id]));
    }

    private static Task<Answer> PutAsync(HttpClient http, object body, HttpStatusCode expected = HttpStatusCode.OK) =>
        http.SendJsonAsync(HttpMethod.Put, Path, body, expected);

    private static string Text(string timeZone, string address, bool enabled) =>
        JsonSerializer.Serialize(new { time_zone = timeZone, email = new { address, enabled } });
}

public sealed class ChannelOnSqliteTests(SqliteApp app) : ChannelTests(app), IClassFixture<SqliteApp>;

public sealed class ChannelOnPostgresTests(PostgresApp app) : ChannelTests(app), IClassFixture<PostgresApp>;
