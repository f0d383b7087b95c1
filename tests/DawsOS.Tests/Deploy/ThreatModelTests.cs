using System.Reflection;

using DawsOS.Harness;

namespace DawsOS.Deploy;

public sealed class ThreatModelTests
{
    [Fact]
    public void Every_test_that_it_names_is_there()
    {
        var rows = File.ReadAllLines(Path.Combine(TestEnvironment.Root, "deploy", "threat-model.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).ToList();
        var known = Assembly.GetExecutingAssembly().GetTypes().Select(type => type.Name).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var named = Docs.Readme.Code(row.Trim('|').Split('|')[2]).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains(name, known));
        });
    }
}
