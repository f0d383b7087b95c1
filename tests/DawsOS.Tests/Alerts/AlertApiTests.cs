using System.Net;

using DawsOS.Harness;

namespace DawsOS.Alerts;

/// <summary>What the alert routes accept and refuse; the rules behind are the same on both databases.</summary>
public sealed class AlertApiTests(SqliteApp app) : IClassFixture<SqliteApp>
{
    [Theory]
    [InlineData("""{"condition_json":{"type":"macro","entity":"OIL","op":">","value":30}}""", "/condition_json/entity")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":"=>","value":30}}""", "/condition_json/op")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":true}}""", "/condition_json/value")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":"30"}}""", "/condition_json/value")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":1e300}}""", "/condition_json/value")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">"}}""", "/condition_json/value")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30,"conditon":1}}""", "/condition_json/conditon")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30,"a/b~c":1}}""", "/condition_json/a~1b~0c")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30,"for":0}}""", "/condition_json/for")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30,"notify":{"email":true}},"notify_inapp":true}""", "/condition_json/notify")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30,"cooldown_min":5},"cooldown_hours":1}""", "/condition_json/cooldown_min")]
    [InlineData("""{"condition_json":{"type":"series","series_id":"a b","op":">","value":30}}""", "/condition_json/series_id")]
    [InlineData("""{"condition_json":{"type":"weather","op":">","value":30}}""", "/condition_json/type")]
    [InlineData("""{"condition_json":{"type":"price","symbol":"AA PL","op":">","value":30}}""", "/condition_json/symbol")]
    [InlineData("""{"condition_json":{"value":30}}""", "/condition_json/type")]
    [InlineData("""{"condition_json":[]}""", "/condition_json")]
    [InlineData("""{"condition_json":"VIX"}""", "/condition_json")]
    [InlineData("""{"condition_json":{"type":"macro","type":"macro"}}""", "/condition_json")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"\ud800","op":">","value":30}}""", "/condition_json/entity")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"channels":{"webhook":true}}""", "/channels/webhook")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"channels":{"inapp":false}}""", "/channels")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"channels":{"inapp":true},"notify_inapp":true}""", "/channels")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"cooldown_hours":-1}""", "/cooldown_hours")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"cooldown_hours":8760.1}""", "/cooldown_hours")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"mode":"edge"}""", "/mode")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"no_data":"alert"}""", "/no_data")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"severity":"loud"}""", "/severity")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"message_template":"{{secret}}"}""", "/message_template")]
    [InlineData("""{"condition_json":{"type":"macro","entity":"VIX","op":">","value":30},"name":"a\r\nBcc: b"}""", "/name")]
    [InlineData("""{"name":"no condition"}""", "/condition_json")]
    public async Task What_cannot_be_accepted_is_pointed_at(string body, string pointer)
    {
        using var user = await AlertScenario.NewAsync(app.App);

        var refused = await JsonHttp.SendAsync(
            user.Http, HttpMethod.Post, "/v1/alerts", new StringContent(body, null, "application/json"), HttpStatusCode.UnprocessableEntity);

        Assert.Equal("validation_failed", refused.Error);
        Assert.Equal([pointer], refused.Pointers);
        Assert.Equal(0, (await user.Http.GetAsync("/v1/alerts", HttpStatusCode.OK))["total"].GetInt32());
    }

    [Fact]
    public async Task Every_fault_is_named_at_once()
    {
        using var user = await AlertScenario.NewAsync(app.App);

        var refused = await user.Http.CallAsync(
            "/v1/alerts",
            new { condition_json = new { type = "macro", entity = "OIL", op = "~", value = "x", extra = 1 }, cooldown_hours = -1, severity = "loud" },
            HttpStatusCode.UnprocessableEntity);

        Assert.Equal(
            ["/condition_json/entity", "/condition_json/extra", "/condition_json/op", "/condition_json/value", "/cooldown_hours", "/severity"],
            refused.Pointers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_alert_reads_back_as_it_was_made()
    {
        using var user = await AlertScenario.NewAsync(app.App);
        var created = await user.Http.CallAsync(
            "/v1/alerts",
            new { condition_json = new { value = 30.50m, type = "macro", op = ">", entity = "VIX" }, notify_inapp = true, cooldown_hours = 0.5m, severity = "critical", is_active = false },
            HttpStatusCode.Created);

        var read = await user.Http.GetAsync($"/v1/alerts/{created["id"].GetString()}", HttpStatusCode.OK);

        Assert.Equal(created.Text, read.Text);
        Assert.Equal("""{"entity":"VIX","op":">","type":"macro","value":30.5}""", read["condition_json"].GetRawText());
        Assert.Equal("""{"inapp":true,"email":false,"webhook":false}""", read["channels"].GetRawText());
        Assert.Equal(
            ("Macro Alert: VIX", "level", "keep", "critical", 0.5m, "inactive", 1),
            (read["name"].GetString(), read["mode"].GetString(), read["no_data"].GetString(), read["severity"].GetString(),
                read["cooldown_hours"].GetDecimal(), read["state"].GetString(), read["rule_version"].GetInt32()));
    }

    [Fact]
    public async Task A_patch_of_one_channel_leaves_the_others()
    {
        using var user = await AlertScenario.NewAsync(app.App);
        var condition = new { type = "macro", entity = "VIX", op = ">", value = 30 };
        var created = await user.Http.CallAsync("/v1/alerts", new { condition_json = condition, channels = new { inapp = false, email = true } }, HttpStatusCode.Created);

        await AssertAsync(new { channels = new { } }, false, true);
        await AssertAsync(new { notify_inapp = true }, true, true);
        await AssertAsync(new { channels = new { email = false } }, true, false);
        await AssertAsync(new { notify_email = true }, true, true);
        await PatchAsync(new { channels = new { webhook = true } }, HttpStatusCode.UnprocessableEntity);
        var none = await PatchAsync(new { channels = new { inapp = false, email = false } }, HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["/channels"], none.Pointers);

        async Task AssertAsync(object patch, bool inapp, bool email)
        {
            var channels = (await PatchAsync(patch, HttpStatusCode.OK))["channels"];
            Assert.Equal((inapp, email), (channels.GetProperty("inapp").GetBoolean(), channels.GetProperty("email").GetBoolean()));
        }

        Task<Answer> PatchAsync(object patch, HttpStatusCode expected) =>
            user.Http.SendJsonAsync(HttpMethod.Patch, $"/v1/alerts/{created["id"].GetString()}", patch, expected);
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged()
    {
        using var user = await AlertScenario.NewAsync(app.App);
        await user.ObserveAsync(31);
        var cooling = await user.CreateAsync(above: 30, name: "a");
        // Newest first; alerts of one millisecond have no order.
        app.App.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await user.CreateAsync(above: 40, name: "b");
        app.App.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await user.CreateAsync(above: 50, isActive: false, name: "c");

        Assert.Equal("c b a", await NamesAsync(""));
        Assert.Equal("b a", await NamesAsync("?is_active=true"));
        Assert.Equal("a", await NamesAsync("?state=cooling_down"));
        Assert.Equal("b", await NamesAsync("?state=armed"));
        Assert.Equal("", await NamesAsync("?type=macro"));
        Assert.Equal("b", await NamesAsync("?limit=1&offset=1"));
        await user.Http.GetAsync("/v1/alerts?limit=0", HttpStatusCode.UnprocessableEntity);
        await user.Http.GetAsync("/v1/alerts?state=angry", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("cooling_down", cooling.GetProperty("state").GetString());

        async Task<string> NamesAsync(string query) => string.Join(
            " ", (await user.Http.GetAsync($"/v1/alerts{query}", HttpStatusCode.OK))["items"].EnumerateArray().Select(a => a.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Another_users_alert_does_not_exist_for_anyone_else_whatever_their_role()
    {
        using var owner = await AlertScenario.NewAsync(app.App);
        using var admin = await app.App.SignInAsync();
        using var other = await AlertScenario.NewAsync(app.App);
        var path = $"/v1/alerts/{AlertScenario.Id(await owner.CreateAsync(above: 30))}";
        await owner.ObserveAsync(31);

        foreach (var http in new[] { other.Http, admin })
        {
            await http.GetAsync(path, HttpStatusCode.NotFound);
            await http.GetAsync($"{path}/deliveries", HttpStatusCode.NotFound);
            await http.CallAsync($"{path}/test", null, HttpStatusCode.NotFound);
            await http.CallAsync($"{path}/evaluate", null, HttpStatusCode.NotFound);
            await http.SendJsonAsync(HttpMethod.Patch, path, new { name = "mine" }, HttpStatusCode.NotFound);
            await http.SendJsonAsync(HttpMethod.Delete, path, null, HttpStatusCode.NotFound);
        }
        Assert.Equal("Series Alert: " + owner.Series, (await owner.Http.GetAsync(path, HttpStatusCode.OK))["name"].GetString());
        Assert.Empty(await other.NotificationsAsync());
    }

    [Fact]
    public async Task A_series_of_someone_elses_portfolio_cannot_be_watched()
    {
        using var user = await AlertScenario.NewAsync(app.App);
        var mine = Guid.CreateVersion7();
        await app.App.ScalarAsync<object>(
            "INSERT INTO portfolios (id, user_id, name) VALUES (@mine, @userId, 'Mine')", new { mine, userId = Guid.Parse(await user.ReadIdAsync()) });

        await CreateAsync($"metric:{mine}:twr_1d", HttpStatusCode.Created);
        await CreateAsync($"metric:{Guid.CreateVersion7()}:twr_1d", HttpStatusCode.NotFound);
        await CreateAsync("metric:none:twr_1d", HttpStatusCode.NotFound);
        // Not another name of the same series.
        var upper = await CreateAsync($"metric:{mine.ToString().ToUpperInvariant()}:twr_1d", HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["/condition_json/series_id"], upper.Pointers);

        Task<Answer> CreateAsync(string series, HttpStatusCode expected) => user.Http.CallAsync(
            "/v1/alerts", new { condition_json = new { type = "series", series_id = series, op = ">", value = 1 } }, expected);
    }

    [Theory]
    [InlineData("/v1/alerts/nonsense", HttpStatusCode.BadRequest, "invalid_id")]
    [InlineData("/v1/alerts/00000000-0000-0000-0000-000000000000", HttpStatusCode.NotFound, "not_found")]
    public async Task An_id_that_is_none_is_told_apart_from_one_that_is_not_there(string path, HttpStatusCode status, string error)
    {
        using var user = await AlertScenario.NewAsync(app.App);

        Assert.Equal(error, (await user.Http.GetAsync(path, status)).Error);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest, "empty_patch")]
    [InlineData("""{"nam":"x"}""", HttpStatusCode.BadRequest, "unknown_member")]
    [InlineData("""{"is_active":"yes"}""", HttpStatusCode.BadRequest, "invalid_type")]
    [InlineData("""{"cooldown_hours":1e99}""", HttpStatusCode.UnprocessableEntity, "validation_failed")]
    [InlineData("""{"name":"x",}""", HttpStatusCode.BadRequest, "malformed_json")]
    public async Task A_bad_patch_says_which_way_it_is_bad(string body, HttpStatusCode status, string error)
    {
        using var user = await AlertScenario.NewAsync(app.App);
        var id = AlertScenario.Id(await user.CreateAsync(above: 30));

        var refused = await JsonHttp.SendAsync(user.Http, HttpMethod.Patch, $"/v1/alerts/{id}", new StringContent(body, null, "application/json"), status);

        Assert.Equal(error, refused.Error);
    }

    [Fact]
    public async Task A_viewer_may_not_have_alerts()
    {
        using var viewer = await app.App.SignInAsNewAsync("VIEWER");

        await viewer.CallAsync("/v1/alerts", new { condition_json = new { type = "macro", entity = "VIX", op = ">", value = 30 } }, HttpStatusCode.Forbidden);
        await viewer.GetAsync("/v1/series", HttpStatusCode.OK);
        await viewer.CallAsync("/v1/series/X/observations", new { observations = new[] { new { date = "2025-01-01", value = 1 } } }, HttpStatusCode.Forbidden);
    }
}
