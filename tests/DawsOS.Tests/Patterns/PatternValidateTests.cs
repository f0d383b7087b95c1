using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using DawsOS.Harness;

namespace DawsOS.Patterns;

/// <summary>POST /v1/patterns/validate and what is beside it.</summary>
public sealed class PatternValidateTests(SqlitePatternApp fixture) : IClassFixture<SqlitePatternApp>
{
    private const string Good = """{"id":"p","name":"P","steps":[{"capability":"t.echo","args":{"v":1},"as":"a"}],"outputs":["a"]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_definition_is_valid()
    {
        var (status, body) = await ValidateAsync(Good);

        Assert.Equal((HttpStatusCode.OK, """{"valid":true,"errors":[]}"""), (status, body.GetRawText()));
    }

    [Fact]
    public async Task All_findings_come_at_once_each_with_its_place_and_a_suggestion()
    {
        var (status, body) = await ValidateAsync("""
            {"id":"p","nmae":"P",
             "steps":[{"capability":"t.ecco","args":{"v":1e400},"as":"a"}],"outputs":["b"]}
            """);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.False(body.GetProperty("valid").GetBoolean());
        Assert.Equal(
            ["1:1 E_TYPE /name ", "1:11 E_UNKNOWN_KEY /nmae name", "2:25 E_CAP /steps/0/capability t.echo", "2:46 E_JSON /steps/0/args/v ", "2:75 E_REF /outputs/0 a"],
            body.GetProperty("errors").EnumerateArray().Select(e =>
                $"{e.GetProperty("line")}:{e.GetProperty("column")} {e.GetProperty("code")} {e.GetProperty("pointer")} {(e.TryGetProperty("suggestion", out var meant) ? meant.GetString() : "")}"));
    }

    [Theory]
    [InlineData("{\"id\":\n  nothing}", 2, 4, "")]
    [InlineData("", 1, 1, "")]
    [InlineData("{\"id\":\"p\",\"id\":\"q\"}", 1, 11, "/id")]
    public async Task What_is_no_json_is_a_finding_too(string body, int line, int column, string pointer)
    {
        var (status, report) = await ValidateAsync(body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        var error = Assert.Single(report.GetProperty("errors").EnumerateArray());
        Assert.Equal(
            ("E_JSON", line, column, pointer),
            (error.GetProperty("code").GetString(), error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32(), error.GetProperty("pointer").GetString()));
    }

    [Fact]
    public async Task An_expression_of_a_megabyte_is_refused()
    {
        var (status, report) = await ValidateAsync(
            Good.Replace("\"as\"", $"\"condition\":\"{string.Concat(Enumerable.Repeat("1 or ", 200_000))}1\",\"as\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("E_LIMIT", Assert.Single(report.GetProperty("errors").EnumerateArray()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_body_of_64_megabytes_is_too_large_and_the_next_is_served()
    {
        using var content = new ByteArrayContent(new byte[64 << 20]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/patterns/validate") { Content = content };
        // As curl does: the body is not sent before the server has seen its length.
        request.Headers.ExpectContinue = true;
        using var response = await fixture.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("\"payload_too_large\"", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await ValidateAsync(Good)).Status);
    }

    [Fact]
    public async Task The_schema_that_is_served_is_the_one_in_the_repository()
    {
        using var response = await fixture.Http.GetAsync("/v1/patterns/schema.json", Token);

        Assert.Equal("application/schema+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(TestEnvironment.Root, "src/DawsOS.Engine/Patterns/pattern.schema.json"), Token),
            await response.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Inputs_that_do_not_fit_are_told_as_E_INPUT_with_their_pointers()
    {
        await fixture.IngestAsync(2017, 1m);

        var refused = await fixture.ExecuteAsync(new { pattern_id = "t_echo", inputs = new { v = 5, w = 1 } }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal("pattern_invalid", refused.Error);
        Assert.Equal(["/inputs/v", "/inputs/w"], refused.Pointers.Order(StringComparer.Ordinal));
        Assert.All(refused["errors"].EnumerateArray(), error => Assert.StartsWith("E_INPUT: ", error.GetProperty("message").GetString(), StringComparison.Ordinal));
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> ValidateAsync(string definition)
    {
        using var content = new StringContent(definition, Encoding.UTF8, "application/json");
        using var response = await fixture.Http.PostAsync("/v1/patterns/validate", content, Token);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Token)));
    }
}
