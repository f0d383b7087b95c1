using DawsOS.Agents;
using DawsOS.Agents.Conformance;
using DawsOS.Harness;

using Microsoft.Extensions.Logging.Abstractions;

namespace DawsOS.Patterns;

/// <summary>PATTERNS_PATH: what is in the directory is what can be run.</summary>
public sealed class PatternFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("daws-patterns-").FullName;
    private readonly PatternCatalogue _catalogue = new([], new CapabilityRegistry([new Echo()]));
    private readonly PatternFolder _folder;

    public PatternFolderTests() => _folder = new PatternFolder(
        new PatternFolderOptions(_path), _catalogue, new TestClock(DateTimeOffset.UnixEpoch), NullLogger<PatternFolder>.Instance);

    [Fact]
    public void A_good_file_goes_live_and_a_removed_one_goes()
    {
        Write("a.json", "a");
        Assert.True(_folder.Look());
        Assert.Equal(["a"], Live());
        Assert.False(_folder.Look());

        Write("b.json", "b");
        File.Delete(In("a.json"));

        Assert.True(_folder.Look());
        Assert.Equal(["b"], Live());
        Assert.Empty(_folder.Findings);
    }

    [Fact]
    public void A_bad_file_is_reported_and_its_last_good_version_stays()
    {
        Write("a.json", "a", version: "1");
        _folder.Look();

        File.WriteAllText(In("a.json"), "{");
        Write("b.json", "b");
        Assert.True(_folder.Look());

        Assert.Equal(["a", "b"], Live());
        Assert.Equal(("a.json", "E_JSON"), _folder.Findings.Select(finding => (finding.File, finding.Code)).Single());

        Write("a.json", "a", version: "2");
        Assert.True(_folder.Look());
        Assert.Equal("2", _catalogue.Find("a")!.Version);
        Assert.Empty(_folder.Findings);
    }

    [Fact]
    public void A_link_to_nothing_is_a_finding_of_that_file_only()
    {
        Write("a.json", "a", version: "1");
        _folder.Look();

        File.Delete(In("a.json"));
        File.CreateSymbolicLink(In("a.json"), In("gone"));
        File.CreateSymbolicLink(In("loop.json"), In("loop.json"));
        Write("b.json", "b");

        Assert.True(_folder.Look());
        Assert.Equal(["a", "b"], Live());
        Assert.Equal([("a.json", "E_JSON"), ("loop.json", "E_JSON")], _folder.Findings.Select(finding => (finding.File, finding.Code)));
        Assert.All(_folder.Findings, finding => Assert.StartsWith("The file cannot be read: ", finding.Message, StringComparison.Ordinal));
        Assert.False(_folder.Look());
    }

    [Fact]
    public void A_pipe_and_a_device_are_findings_and_nobody_waits_for_them()
    {
        Assert.Equal(0, Run("mkfifo", In("pipe.json")));
        File.CreateSymbolicLink(In("link.json"), In("pipe.json"));
        File.CreateSymbolicLink(In("zero.json"), "/dev/zero");
        Write("good.json", "good");

        Assert.True(_folder.Look());

        Assert.Equal(["good"], Live());
        Assert.Equal(["link.json", "pipe.json", "zero.json"], _folder.Findings.Select(finding => finding.File).Order(StringComparer.Ordinal));
        Assert.All(_folder.Findings, finding => Assert.Contains("no regular file", finding.Message, StringComparison.Ordinal));

        static int Run(string program, string argument)
        {
            using var process = System.Diagnostics.Process.Start(program, [argument]);
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_finding_until_it_can()
    {
        Write("a.json", "a", version: "1");
        Write("b.json", "b", version: "1");
        _folder.Look();

        Write("a.json", "a", version: "2");
        Write("b.json", "b", version: "2");
        // Root may read what it has no permission for, but nobody what another one has locked.
        using (new FileStream(In("a.json"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.True(_folder.Look());
            Assert.Equal("a.json", Assert.Single(_folder.Findings).File);
            Assert.Equal(("1", "2"), (_catalogue.Find("a")!.Version, _catalogue.Find("b")!.Version));
        }

        Assert.True(_folder.Look());
        Assert.Equal("2", _catalogue.Find("a")!.Version);
        Assert.Empty(_folder.Findings);
    }

    [Fact]
    public void A_link_that_is_exchanged_as_Kubernetes_does_is_seen_whatever_length_and_time_say()
    {
        foreach (var version in new[] { "1", "2" })
        {
            Directory.CreateDirectory(In($"..{version}"));
            Write($"..{version}/a.json", "a", version);
            File.SetLastWriteTimeUtc(In($"..{version}/a.json"), DateTime.UnixEpoch);
        }
        File.CreateSymbolicLink(In("..data"), "..1");
        File.CreateSymbolicLink(In("a.json"), "..data/a.json");
        Assert.True(_folder.Look());
        Assert.Equal("1", _catalogue.Find("a")!.Version);

        File.Delete(In("..data"));
        File.CreateSymbolicLink(In("..data"), "..2");

        Assert.True(_folder.Look());
        Assert.Equal("2", _catalogue.Find("a")!.Version);
    }

    [Fact]
    public void Without_the_directory_what_is_loaded_stays()
    {
        Write("a.json", "a");
        _folder.Look();
        Directory.Delete(_path, recursive: true);

        Assert.Throws<DirectoryNotFoundException>(() => _folder.Look());
        Assert.Equal(["a"], Live());
        Directory.CreateDirectory(_path);
    }

    public void Dispose()
    {
        _folder.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    private string In(string name) => Path.Combine(_path, name);

    private IEnumerable<string> Live() => _catalogue.All.Select(pattern => pattern.Id);

    private void Write(string name, string id, string version = "1") => File.WriteAllText(In(name), $$"""
        {"id":"{{id}}","name":"N","version":"{{version}}","steps":[{"capability":"t.echo","args":{"v":1},"as":"a"}],"outputs":["a"]}
        """);
}
