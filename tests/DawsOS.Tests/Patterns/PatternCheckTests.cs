using DawsOS.Harness;

namespace DawsOS.Patterns;

/// <summary><c>patterns check</c> as a process of its own.</summary>
public sealed class PatternCheckTests : IDisposable
{
    private const string Good = """{"id":"p","name":"P","steps":[{"capability":"macro.get_series","args":{"series_ids":["VIXCLS"]},"as":"a"}],"outputs":["a"]}""";
    private readonly string _path = Directory.CreateTempSubdirectory("daws-check-").FullName;

    [Fact]
    public async Task Good_definitions_end_with_0_and_a_count()
    {
        File.WriteAllText(Path.Combine(_path, "p.json"), Good);

        Assert.Equal((0, "1 definitions, 0 findings.\n", ""), await CheckAsync(_path));
    }

    [Fact]
    public async Task Every_finding_of_every_file_is_told_and_it_ends_with_1()
    {
        File.WriteAllText(Path.Combine(_path, "a.json"), Good.Replace("macro.get_series", "macro.get_serie", StringComparison.Ordinal).Replace("[\"a\"]", "[\"b\"]", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_path, "b.json"), Good.Replace("\"p\"", "\"market_snapshot\"", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(_path, "c.json"), "{\n  nothing}");
        File.CreateSymbolicLink(Path.Combine(_path, "d.json"), Path.Combine(_path, "gone"));
        File.WriteAllText(Path.Combine(_path, "e.json"), Good);

        var (code, output, errors) = await CheckAsync(_path);

        Assert.Equal((1, ""), (code, errors));
        var lines = output.TrimEnd().Split('\n');
        Assert.Equal("a.json:1:45: E_CAP at /steps/0/capability: There is no capability 'macro.get_serie'. Did you mean 'macro.get_series'?", lines[0]);
        Assert.Equal("a.json:1:118: E_REF at /outputs/0: No step has this name. Did you mean 'a'?", lines[1]);
        Assert.Equal("b.json:1:7: E_DUP at /id: The pattern 'market_snapshot' is defined by the program itself already.", lines[2]);
        Assert.StartsWith("c.json:2:3: E_JSON: ", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("d.json:1:1: E_JSON: The file cannot be read: ", lines[4], StringComparison.Ordinal);
        Assert.Equal("5 definitions, 5 findings.", lines[5]);
        Assert.Equal(6, lines.Length);
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_told_in_one_sentence()
    {
        var missing = Path.Combine(_path, "missing");

        Assert.Equal((1, "", $"There is no directory '{missing}'.\n"), await CheckAsync(missing));
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);

    private static async Task<(int Code, string Output, string Errors)> CheckAsync(string path)
    {
        await using var host = HostProcess.Run(await HostProcess.NewEnvironmentAsync(), "patterns", "check", path);
        return (await host.ExitAsync(), host.Output, host.Errors);
    }
}
