using System.Globalization;

using DawsOS.Agents;
using DawsOS.Agents.Conformance;

namespace DawsOS.Patterns;

/// <summary>Definitions of the keys that there are, with values of the right and of the wrong kind.</summary>
internal sealed class RandomDefinition(Random random)
{
    public static readonly CapabilityRegistry Capabilities = new([new Echo(), new Obj(), new Sum(), new Flaky(), new Meta(), new Big()]);

    private static readonly string[] Names = ["a", "b", "c", "n", "s", "list", "inputs", "ctx", "state", "A", "", "a.b", "é", "\\ud800", "a~/b"];
    private static readonly string[] Types = ["uuid", "string", "integer", "number", "decimal", "boolean", "date", "array", "object", "text"];

    private static readonly string[] Texts =
    [
        "{{a}}", "{{inputs.n}}", "{{ inputs.s ?? 'x' }}", "{{state.b.c[0] ?? null}}", "{{ctx.asof_date}}", "{{", "{{a ?? 1e400}}", "n={{inputs.n}};", "{{inputs}}",
        "{{ctx}}", "{{inputs.list[1]}}", "{{a['x']}}", "{{a['}}", "2024-02-29", "x", "", "\\ud83d\\ude00", "\\udc00", "a != null", "inputs.n > 1 and not (b == 'x')",
    ];

    // Every third is meant to be good, so that what is done with good ones is reached too.
    private readonly bool _isCalm = random.Next(3) == 0;
    private int _steps;

    public string Make() => _isCalm || Often(98)
        ? Object(
            0, ("id", Name), ("name", Text), ("description", Text), ("version", Text), ("tags", () => List(Text)), ("presentation", Presentation), ("inputs", Inputs),
            ("steps", Steps), ("outputs", Outputs), ("display", Display), ("rights_required", Rights), ("timeout_ms", Number))
        : Any();

    private string Inputs() => _isCalm ? $"{{\"n\":{Input()},\"s\":{Input()}}}" : Object(0, ("n", Input), ("s", Input), ("list", Input), (Pick(Names), Input));

    private string Input() => _isCalm ? $"{{\"type\":\"{Pick(Types[..^1])}\"}}" : Or(() => Object(
        0, ("type", Type), ("required", Flag), ("default", Any), ("enum", () => List(Any)), ("min", Number), ("max", Number), ("items", Input), ("format", Text),
        ("description", Text)));

    private string Type() => Or(() => Often(70) ? $"\"{Pick(Types)}\"" : $"[\"{Pick(Types)}\",\"null\"]");

    private string Step() => Or(() => Object(
        60, ("capability", Capability), ("args", Args), ("as", StepName), ("condition", Condition), ("optional", Flag), ("retry", Retry), ("timeout_ms", Number)));

    private string Steps() => _isCalm ? $"[{Step()},{Step()}]" : List(Step);

    private string StepName() => _isCalm ? $"\"s{_steps++}\"" : Name();

    private string Outputs() => _isCalm ? "[]" : List(Name);

    private string Rights() => _isCalm ? "[\"export_data\"]" : List(Text);

    private string Presentation() => _isCalm ? "{}" : Any();

    private string Condition() => _isCalm ? "\"not (inputs == null) and 1e1 > 2\"" : Text();

    private string Capability() => _isCalm ? "\"t.obj\"" : $"\"{Pick(["t.echo", "t.echo", "t.obj", "t.sum", "t.flaky", "t.meta", "t.big", "t.none"])}\"";

    private string Args() => Or(() => Object(
        40, ("v", Any), ("xs", () => List(Any)), ("key", Text), ("k", Number), ("asof", Any), ("partial", Flag), ("bytes", Number)));

    private string Retry() => _isCalm ? "{\"max\":1,\"base_s\":1}" : Or(() => Object(
        0, ("max", Number), ("delays_s", () => List(Number)), ("base_s", Number), ("factor", Number), ("max_s", Number), ("jitter", Number)));

    private string Display() => _isCalm ? "{}" : Or(() => $"{{\"panels\":{List(Panel)}}}");

    private string Panel() => Object(50, ("id", Text), ("title", Text), ("type", Text), ("refresh_ttl", Number), ("on_failure", Text));

    private string Name() => Or(() => $"\"{Pick(Often(90) ? Names[..6] : Names)}\"");

    private string Text() => Or(() => $"\"{(_isCalm ? "some text" : Pick(Texts))}\"");

    private string Flag() => Or(() => Often(50) ? "true" : "false");

    private string Number() => _isCalm ? "1" : Or(() => Pick(["0", "1", "2", "5.5", "-1", "30001", "1e1", "1e400", "0.12345678901234567890123456789012345", "9223372036854775808"]));

    private string List(Func<string> item) => Or(() => $"[{string.Join(",", Enumerable.Range(0, random.Next(4)).Select(_ => item()))}]");

    private string Any() => random.Next(10) switch
    {
        0 => "null",
        1 => "{}",
        2 => List(Any),
        3 => $"{{\"{(_isCalm ? "é" : Pick(Names))}\":{Any()}}}",
        4 => Number(),
        5 => Flag(),
        _ => Text(),
    };

    // Most of the time what belongs there.
    private string Or(Func<string> right) => _isCalm || Often(96) ? right() : Any();

    private string Object(int often, params (string Key, Func<string> Value)[] members)
    {
        var some = members.Where(member => Often(Chance(member.Key, often))).OrderBy(_ => random.Next())
            .Select(member => $"\"{member.Key}\":{member.Value()}").ToList();
        if (!_isCalm && !Often(98))
        {
            some.Add(string.Create(CultureInfo.InvariantCulture, $"\"{Pick(Names)}\":{random.Next(9)}"));
        }
        return $"{{{string.Join(",", some)}}}";
    }

    private int Chance(string key, int often) => key switch
    {
        "id" or "name" or "steps" or "outputs" or "type" or "capability" or "title" or "v" => _isCalm ? 100 : 98,
        "as" when _isCalm => 100,
        _ => Math.Max(often / 3, 20),
    };

    private bool Often(int percent) => random.Next(100) < percent;

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];
}
