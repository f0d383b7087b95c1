using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

using DawsOS.Accounts;
using DawsOS.Agents.Conformance;
using DawsOS.Canonical;

namespace DawsOS.Agents;

/// <summary>What every capability does with its arguments and its answer, whatever it computes.</summary>
public sealed class CapabilityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{\"v\":1}", 252, "none", true)]
    [InlineData("{\"v\":1,\"lookback\":null,\"name\":null,\"inner\":null,\"other\":null,\"on\":null}", 252, "none", true)]
    [InlineData("{\"v\":1,\"lookback\":5,\"name\":\"x\",\"on\":false}", 5, "x", false)]
    public async Task Null_for_an_optional_argument_is_its_default(string args, int lookback, string name, bool on)
    {
        var answer = await InvokeAsync(new Typed(), args);

        Assert.Equal($$"""{"lookback":{{lookback}},"name":"{{name}}","on":{{(on ? "true" : "false")}}}""", answer.Value.ToString());
    }

    [Fact]
    public async Task Null_inside_an_argument_is_a_default_too_and_where_null_is_allowed_it_stays()
    {
        Assert.Equal("""{"lookback":7,"name":"none","on":true}""", (await InvokeAsync(new Typed(), """{"v":1,"inner":{"lookback":null}}""")).Value.ToString());
        Assert.Equal("null", (await InvokeAsync(new Echo(), """{"v":null}""")).Value.ToString());
        Assert.Empty((await InvokeAsync(new Meta(), """{"v":1,"source":null,"asof":null,"ttl":null,"partial":null}""")).Sources);
    }

    [Theory]
    [InlineData("{\"v\":null}", "x.typed needs 'v', which is null.")]
    [InlineData("{}", "The arguments of x.typed do not fit at '$'.")]
    [InlineData("null", "The arguments of x.typed must be an object.")]
    [InlineData("{\"v\":1,\"lookback\":\"5\"}", "The arguments of x.typed do not fit at '$.lookback'.")]
    [InlineData("{\"v\":1,\"loockback\":5}", "The arguments of x.typed do not fit at '$.loockback'.")]
    [InlineData("{\"v\":1,\"names\":[\"a\",null]}", "The arguments of x.typed do not fit at '$.names[1]': it is null.")]
    [InlineData("{\"v\":1,\"inners\":[null]}", "The arguments of x.typed do not fit at '$.inners[0]': it is null.")]
    public async Task Arguments_that_do_not_fit_are_the_callers_mistake_and_named(string args, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<RejectedException>(() => InvokeAsync(new Typed(), args))).Message);

    [Fact]
    public async Task Arguments_of_any_depth_are_refused_and_never_break()
    {
        var deep = new string('[', 5000) + new string(']', 5000);

        await Assert.ThrowsAsync<RejectedException>(() => InvokeAsync(new Echo(), $$"""{"v":{{deep}}}"""));
        await Assert.ThrowsAsync<RejectedException>(() => InvokeAsync(new Echo(), $$"""{"v":[null,{{deep}}]}"""));
    }

    [Fact]
    public async Task The_declared_ttl_is_that_of_every_answer_but_of_no_failure()
    {
        Assert.Equal(TimeSpan.FromMinutes(5), (await InvokeAsync(new Typed(), """{"v":1}""")).Ttl);
        Assert.Null((await InvokeAsync(new Echo(), """{"v":1}""")).Ttl);
    }

    [Fact]
    public void The_schemas_say_what_is_accepted_and_what_comes_back()
    {
        using var args = JsonDocument.Parse(new Typed().ArgsSchema.Bytes);
        using var result = JsonDocument.Parse(new Typed().ResultSchema.Bytes);

        Assert.Equal("\"object\"", args.RootElement.GetProperty("type").GetRawText());
        Assert.Equal("""["v"]""", args.RootElement.GetProperty("required").GetRawText());
        Assert.Equal("false", args.RootElement.GetProperty("additionalProperties").GetRawText());
        var members = args.RootElement.GetProperty("properties");
        Assert.Equal("""{"type":"integer"}""", members.GetProperty("v").GetRawText());
        Assert.Equal("""{"type":["integer","null"]}""", members.GetProperty("lookback").GetRawText());
        Assert.Equal("""{"type":"string"}""", members.GetProperty("names").GetProperty("items").GetRawText());
        Assert.Equal("""{"properties":{"lookback":{"type":"integer"},"name":{"type":"string"},"on":{"type":"boolean"}},"type":"object"}""", Without(result, "required"));
        Assert.Equal("true", new Echo().ResultSchema.ToString());
    }

    private static string Without(JsonDocument schema, string member) => CanonicalJson.Of(
        schema.RootElement.EnumerateObject().Where(property => property.Name != member).ToDictionary(property => property.Name, property => property.Value)).ToString();

    // What is thrown at once and what the task holds are the same to a caller.
    private static async Task<CapabilityResult> InvokeAsync(Capability capability, string args) => await capability.InvokeAsync(Call(capability, args), Token);

    private static CapabilityCall Call(Capability capability, string args) =>
        new(new Caller(Guid.Empty, Role.User), capability.Name, new CanonicalValue(Encoding.UTF8.GetBytes(args)), "SERIES_2026-01-01_1");

    private sealed class Typed() : Capability<Typed.Args, Typed.Result>("x.typed", "test", "Answers its options.")
    {
        public override TimeSpan? Ttl => TimeSpan.FromMinutes(5);

        public sealed record Args
        {
            public required int V { get; init; }

            public int Lookback { get; init; } = 252;

            public string Name { get; init; } = "none";

            public bool On { get; init; } = true;

            public Inner? Inner { get; init; }

            public Inner Other { get; init; } = new();

            public ImmutableArray<string> Names { get; init; } = [];

            public ImmutableArray<Inner> Inners { get; init; } = [];
        }

        public sealed record Inner
        {
            public int Lookback { get; init; } = 7;
        }

        public sealed record Result(int Lookback, string Name, bool On);

        protected override Task<Answer<Result>> AnswerAsync(Args args, CapabilityCall call, CancellationToken cancellationToken) =>
            Task.FromResult(new Answer<Result>(new Result(args.Inner?.Lookback ?? args.Lookback, args.Name, args.On), Provenance.Computed));
    }
}
