using System.Text;

using DawsOS.Agents;
using DawsOS.Agents.Conformance;

namespace DawsOS.Patterns;

/// <summary>Runs alone: what it allocates would be in the way of tests that measure memory, and others in the way of its time.</summary>
[CollectionDefinition(nameof(LoaderBoundTests), DisableParallelization = true)]
public sealed class LoaderBoundGroup;

/// <summary>What a definition of the largest size may cost, however hostile it is.</summary>
[Collection(nameof(LoaderBoundTests))]
public sealed class LoaderBoundTests
{
    // What is allocated is the same on every machine, and what took minutes allocated tens of gigabytes. The time is for what allocates nothing;
    // it is this process's own on the processors, so that a busy machine changes little.
    private const long MostBytes = 1L << 30;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);
    private static readonly CapabilityRegistry Capabilities = new([new Echo(), new Obj()]);

    public static TheoryData<string> Names => [.. Bodies.Keys];

    private static Dictionary<string, Func<string>> Bodies { get; } = new()
    {
        ["ghost references, many names"] = () => Steps(Many(900, i =>
            Step($"a_step_with_a_long_name_{i}", $$"""{"v":[{{Many(13, j => $"\"{{{{a_stop_with_a_lung_name_{(i * 13) + j}}}}}\"")}}]}"""))),
        ["ghost references, many inputs"] = () => Steps(
            Step("a", $$"""{"v":[{{Many(25_000, i => $"\"{{{{inputs.o{i}}}}}\"")}}]}"""), Many(15_000, i => $$"""
            "i{{i}}":{"type":"date"}
            """.Trim())),
        ["long conditions and many uses of what they guard"] = () => Steps(
            Step("a", """{"v":1},"condition":"inputs.i" """) + "," + Many(200, i =>
                Step($"s{i}", $$"""{"v":[{{Many(100, _ => "\"{{a}}\"")}}]},"condition":"a != null{{string.Concat(Enumerable.Repeat(" and a != 1", 350))}}" """)),
            "\"i\":{\"type\":\"boolean\"}"),
        ["a long name around many values"] = () => Steps(Step("a", $$$"""{"v":{"{{{new string('k', 500_000)}}}":[{{{Many(50_000, _ => "\"{{g}}\"")}}}]}}""")),
        ["long names around many values, deep"] = () => Steps(Step("a", "{\"v\":" + string.Concat(Enumerable.Repeat($"{{\"{new string('k', 8000)}\":", 50))
            + $"[{Many(60_000, _ => "\"{{g}}\"")}]{new string('}', 51)}")),
        ["keys twice"] = () => $"{{{Many(140_000, _ => "\"a\":1")}}}",
        ["unknown keys"] = () => $"{{{Many(80_000, i => $"\"k{i}\":1")}}}",
        ["choices and a default of many items"] = () => Steps(Step("a", "{\"v\":1}"), $$"""
            "i":{"type":"array","items":{"type":"integer","enum":[{{Many(80_000, i => $"{i + 10}")}}]},"default":[{{Many(200_000, _ => "5")}}]}
            """),
        ["choices of an input that is used often"] = () => Steps(Step("a", $$"""{"v":[{{Many(30_000, _ => "\"{{inputs.i}}\"")}}]}"""), $$"""
            "i":{"type":"string","enum":[{{Many(40_000, i => $"\"{i}\"")}}]}
            """),
        ["halves of pairs"] = () => Steps(Step("a", $$"""{"v":[{{Many(100_000, _ => "\"\\ud800\"")}}]}""")),
        ["numbers beyond decimal"] = () => Steps(Step("a", $$"""{"v":[{{Many(160_000, _ => "1e400")}}]}""")),
        ["one number of a megabyte"] = () => Steps(Step("a", $$"""{"v":{{new string('7', 1_000_000)}}}""")),
        ["small good values"] = () => Steps(Step("a", $$"""{"v":[{{Many(500_000, _ => "1")}}]}""")),
        ["arguments that are unknown"] = () => Steps(Step("a", $$"""{{{Many(90_000, i => $"\"k{i}\":1")}}}""")),
        ["outputs that are none"] = () => $$"""
            {"id":"p","name":"P","steps":[{{Many(1000, i => Step($"s{i}", "{\"v\":1}"))}}],"outputs":[{{Many(100_000, i => $"\"{i}\"")}}]}
            """,
        ["templates in one text"] = () => Steps(Step("a", $$"""{"v":"{{string.Concat(Enumerable.Repeat("{{g}} ", 170_000))}}"}""")),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_megabyte_of_anything_is_answered_at_once(string name)
    {
        var file = new PatternFile("p.json", Encoding.UTF8.GetBytes(Bodies[name]()));
        Assert.InRange(file.Json.Length, 400_000, PatternFile.MaxBytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Environment.CpuUsage.TotalTime;

        var (pattern, findings) = PatternReader.Read(Capabilities, file);

        var (took, allocated) = (Environment.CpuUsage.TotalTime - started, GC.GetAllocatedBytesForCurrentThread() - before);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {took.TotalMilliseconds:N0} ms, {allocated >> 20:N0} MB");
        Assert.True(took < MostTime && allocated < MostBytes, $"It took {took.TotalMilliseconds:N0} ms and {allocated >> 20:N0} MB.");
        Assert.Equal(pattern is null, findings.Count > 0);
        Assert.InRange(findings.Count, 0, 101);
        Assert.All(findings, finding => Assert.InRange(finding.Pointer.Length + finding.Message.Length, 1, 2000));
    }

    private static string Steps(string steps, string inputs = "") =>
        $$"""{"id":"p","name":"P","inputs":{{{inputs}}},"steps":[{{steps}}],"outputs":[]}""";

    private static string Step(string name, string args) => $$"""{"capability":"t.echo","as":"{{name}}","args":{{args}}}""";

    private static string Many(int count, Func<int, string> make) => string.Join(",", Enumerable.Range(0, count).Select(make));
}
