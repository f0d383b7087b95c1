using DawsOS.Harness;
using DawsOS.Hosting;

namespace DawsOS.Docs;

public sealed class ReadmeTests
{
    private static readonly string[] Roots = ["src/", "tests/", "sql/", "deploy/", ".ci/"];

    [Fact]
    public void The_environment_table_is_the_list_of_variables()
    {
        var documented = Readme.Table("Environment").Select(row => $"{row[0].Trim('`')} [{row[1]}] {row[2]}");

        Assert.Equal(Variable.All.Select(variable => $"{variable.Name} [{variable.Default}] {variable.Meaning}"), documented);
    }

    [Fact]
    public void Every_path_that_it_names_exists()
    {
        var table = Readme.Table("Where is…").SelectMany(row => Readme.Code(row[1])).ToList();
        var paths = table.Concat(Readme.Code(Readme.Text).Where(code => Roots.Any(root => code.StartsWith(root, StringComparison.Ordinal))));

        Assert.NotEmpty(table);
        Assert.All(paths.Distinct(), path => Assert.True(Path.Exists(Path.Combine(TestEnvironment.Root, path)), $"There is no {path}."));
    }

    [Fact]
    public void Its_commands_are_those_of_ci()
    {
        var script = File.ReadAllText(Path.Combine(TestEnvironment.Root, ".ci", "run"));
        var blocks = Readme.Blocks("Try it, test it");
        var documented = Assert.Single(blocks, block => block[0].StartsWith("dotnet restore", StringComparison.Ordinal));

        Assert.Equal(
            [.. documented.SkipLast(1), documented[^1] + " --fail-skips on"],
            Commands(script).Where(command => !command.StartsWith("dotnet run", StringComparison.Ordinal)));
        Assert.Equal("dotnet run --project src/DawsOS.Host -- demo", blocks[0][0]);
        Assert.Contains("dotnet run -c Release --no-build --project src/DawsOS.Host -- demo --exit", Commands(script));
        Assert.StartsWith(blocks[0][1], documented[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_words_of_the_glossary_have_one_meaning()
    {
        var words = Readme.Table("Glossary").Select(row => row[0]).ToList();

        Assert.Equal(words.Distinct(), words);
        Assert.All(Readme.Table("Glossary"), row => Assert.Equal(3, row.Count));
    }

    // Every dotnet command that the script runs, whatever stands around it, once each.
    private static IEnumerable<string> Commands(string script) => script.Split('\n')
        .Where(line => line.Contains("dotnet ", StringComparison.Ordinal) && !line.TrimStart().StartsWith("echo", StringComparison.Ordinal))
        .Select(line => line[line.IndexOf("dotnet ", StringComparison.Ordinal)..])
        .Select(line => line.Split([" |", ";"], StringSplitOptions.None)[0].Trim())
        .Distinct();
}
