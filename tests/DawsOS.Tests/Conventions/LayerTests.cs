using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

using DawsOS.Harness;

namespace DawsOS.Conventions;

/// <summary>Four projects, one direction; decisions that nothing but their arguments can change.</summary>
public sealed partial class LayerTests
{
    [Fact]
    public void Contracts_need_nothing_but_orleans_sdk()
    {
        var project = XDocument.Load(Path.Combine(TestEnvironment.Root, "src/DawsOS.Contracts/DawsOS.Contracts.csproj"));

        Assert.Equal(["Microsoft.Orleans.Sdk"], project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value));
        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(References(typeof(RejectedException).Assembly, "DawsOS"));
    }

    [Fact]
    public void Analytics_is_mathematics() => Assert.Empty(References(typeof(Series.SeriesStats).Assembly, "DawsOS", "Orleans", "Microsoft.Extensions", "System.Data"));

    [Fact]
    public void The_engine_knows_no_web() => Assert.Empty(References(typeof(Storage.Database).Assembly, "Microsoft.AspNetCore", "DawsOS.Host"));

    [Fact]
    public void Rules_and_planners_are_pure()
    {
        var files = Directory.EnumerateFiles(Path.Combine(TestEnvironment.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => file.EndsWith("Rules.cs", StringComparison.Ordinal) || file.EndsWith("Planner.cs", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.Where(file => Impure().IsMatch(Comment().Replace(File.ReadAllText(file), ""))).Select(Path.GetFileName));
    }

    private static IEnumerable<string> References(Assembly assembly, params string[] prefixes) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    [GeneratedRegex(@"\b(using Orleans|TimeProvider|Database|Session|Sql|ILogger\w*|IGrainFactory|IConfiguration|HttpContext|async|await|Task)\b(?!\.Get\b)")]
    private static partial Regex Impure();

    [GeneratedRegex(@"//.*")]
    private static partial Regex Comment();
}
