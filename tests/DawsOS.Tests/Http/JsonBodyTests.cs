using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Http;

namespace DawsOS.Http;

public sealed class JsonBodyTests
{
    private const string Good = """{"name":"a","price":1.50,"lines":[{"count":2}]}""";

    [Fact]
    public async Task A_good_body_becomes_its_type_and_what_may_be_left_out_is_null()
    {
        var order = await ReadAsync(Good);

        Assert.Equal(("a", 1.5m, 2), (order.Name, order.Price, Assert.Single(order.Lines).Count));
        Assert.Equal((null, null, null, 7), (order.Day, order.Raw, order.Nested, order.Rank));
    }

    [Fact]
    public async Task Members_that_may_be_null_take_null_and_instants_become_utc()
    {
        var order = await ReadAsync("""{"name":"a","price":1,"lines":[],"day":null,"nested":null,"raw":{"a":null},"at":"2026-03-02T10:00:00+01:00","tags":{"x~/y":3}}""");

        Assert.Equal(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero), order.At);
        Assert.Equal(3, order.Tags!["x~/y"]);
        Assert.Equal("""{"a":null}""", order.Raw!.Value.GetRawText());
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_fault() => Assert.Equal("a", (await ReadAsync([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good)])).Name);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{\"name\":\"a\"")]
    [InlineData("{\"name\":NaN}")]
    [InlineData("{\"name\":'a'}")]
    [InlineData("{\"name\":\"a\",}")]
    [InlineData("{} {}")]
    [InlineData("{\"price\":01}")]
    [InlineData("// note\n{}")]
    public async Task What_is_not_json_is_malformed(string body) => Assert.Equal("malformed_json", (await RejectedAsync(body)).Code);

    [Fact]
    public async Task More_than_64_levels_is_malformed()
    {
        Assert.Equal("malformed_json", (await RejectedAsync("""{"raw":""" + new string('[', 64) + new string(']', 64) + "}")).Code);
        Assert.Equal("validation_failed", (await RejectedAsync("""{"raw":""" + new string('[', 63) + new string(']', 63) + "}")).Code);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf_8_are_malformed()
    {
        var latin = Encoding.Latin1.GetBytes("""{"name":"Zürich"}""");
        var wide = Encoding.Unicode.GetBytes(Good);

        Assert.Equal("malformed_json", (await Assert.ThrowsAsync<RejectedException>(() => ReadAsync(latin))).Code);
        Assert.Equal("malformed_json", (await Assert.ThrowsAsync<RejectedException>(() => ReadAsync(wide))).Code);
    }

    [Theory]
    // Twice the same member, also by another spelling.
    [InlineData("""{"name":"a","name":"b"}""", "malformed_json", "/name")]
    [InlineData("""{"name":"a","n\u0061me":"b"}""", "malformed_json", "/name")]
    [InlineData("""{"lines":[{"count":1,"count":2}]}""", "malformed_json", "/lines/0/count")]
    // Unknown members, wherever they are.
    [InlineData("""{"nme":"a"}""", "unknown_member", "/nme")]
    [InlineData("""{"Name":"a"}""", "unknown_member", "/Name")]
    [InlineData("""{"a.b['c']/~d":1}""", "unknown_member", "/a.b['c']~1~0d")]
    [InlineData("""{"lines":[{"count":1},{"cuont":2}]}""", "unknown_member", "/lines/1/cuont")]
    [InlineData("""{"nested":{"deep":{"x":1}}}""", "unknown_member", "/nested/deep/x")]
    [InlineData("""{"total":1}""", "unknown_member", "/total")]
    // The wrong JSON type.
    [InlineData("null", "invalid_type", "")]
    [InlineData("[]", "invalid_type", "")]
    [InlineData("\"a\"", "invalid_type", "")]
    [InlineData("""{"name":null}""", "invalid_type", "/name")]
    [InlineData("""{"name":1}""", "invalid_type", "/name")]
    [InlineData("""{"price":"1.5"}""", "invalid_type", "/price")]
    [InlineData("""{"price":null}""", "invalid_type", "/price")]
    [InlineData("""{"day":20260302}""", "invalid_type", "/day")]
    [InlineData("""{"active":"yes"}""", "invalid_type", "/active")]
    [InlineData("""{"active":0}""", "invalid_type", "/active")]
    [InlineData("""{"rank":"7"}""", "invalid_type", "/rank")]
    [InlineData("""{"lines":{}}""", "invalid_type", "/lines")]
    [InlineData("""{"lines":[null]}""", "invalid_type", "/lines/0")]
    [InlineData("""{"lines":[{"count":1},3]}""", "invalid_type", "/lines/1")]
    [InlineData("""{"tags":{"a/b":"x"}}""", "invalid_type", "/tags/a~1b")]
    [InlineData("""{"nested":{"deep":[]}}""", "invalid_type", "/nested/deep")]
    // The right type, but not a value that can be kept.
    [InlineData("""{"price":1e400}""", "validation_failed", "/price")]
    [InlineData("""{"price":0.12345678901234567890123456789012345}""", "validation_failed", "/price")]
    [InlineData("""{"raw":{"value":[1e400]}}""", "validation_failed", "/raw/value/0")]
    [InlineData("""{"rank":1.5}""", "validation_failed", "/rank")]
    [InlineData("""{"rank":3000000000}""", "validation_failed", "/rank")]
    [InlineData("""{"day":"2026-02-30"}""", "validation_failed", "/day")]
    [InlineData("""{"at":"2026-03-02T10:00:00"}""", "validation_failed", "/at")]
    [InlineData("""{"id":"17"}""", "validation_failed", "/id")]
    [InlineData("""{"name":"a\u0000b"}""", "validation_failed", "/name")]
    [InlineData("""{"name":"\ud800"}""", "validation_failed", "/name")]
    [InlineData("""{"raw":{"a":["\u0000"]}}""", "validation_failed", "/raw/a/0")]
    public async Task A_fault_has_its_code_and_its_place(string body, string code, string pointer)
    {
        var rejected = await RejectedAsync(body);

        Assert.Equal(code, rejected.Code);
        Assert.Equal(pointer, Assert.Single(rejected.Errors).Pointer);
    }

    [Fact]
    public async Task An_unknown_member_is_told_the_known_ones()
    {
        var rejected = await RejectedAsync("""{"lines":[{"cuont":2}]}""");

        Assert.Equal("There is no member '/lines/0/cuont'; known are count, note.", rejected.Message);
    }

    [Fact]
    public async Task Everything_that_is_missing_is_named_at_once()
    {
        var rejected = await RejectedAsync("""{"day":"2026-03-02"}""");

        Assert.Equal("validation_failed", rejected.Code);
        Assert.Equal(["/lines", "/name", "/price"], rejected.Errors.Select(e => e.Pointer).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_name_that_is_no_text_does_not_break_anything()
    {
        Assert.Equal("malformed_json", (await RejectedAsync("""{"\ud800":1}""")).Code);
        Assert.Equal("validation_failed", (await RejectedAsync("""{"raw":{"\ud800":1}}""")).Code);
    }

    private static async Task<RejectedException> RejectedAsync(string body) => await Assert.ThrowsAsync<RejectedException>(() => ReadAsync(body));

    private static Task<Order> ReadAsync(string body) => ReadAsync(Encoding.UTF8.GetBytes(body));

    private static async Task<Order> ReadAsync(byte[] body)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(body);
        return (await JsonBody<Order>.BindAsync(context))!.Value;
    }

    private sealed record Order(string Name, decimal Price, DateOnly? Day = null, JsonElement? Raw = null, Nested? Nested = null, int Rank = 7)
    {
        public required IReadOnlyList<Line> Lines { get; init; }

        public bool? Active { get; init; }

        public DateTimeOffset? At { get; init; }

        public Guid? Id { get; init; }

        public IReadOnlyDictionary<string, int>? Tags { get; init; }

        // Only written, so it cannot be sent.
        public decimal Total => Price * Lines.Count;
    }

    private sealed record Line(int Count, string? Note);

    private sealed record Nested(Line Deep);
}
