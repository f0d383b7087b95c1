using System.Xml.Linq;

using DawsOS.Docs;
using DawsOS.Harness;

namespace DawsOS.Deploy;

/// <summary>What comes from others is locked, listed, licensed, and asked for known faults.</summary>
public sealed class ThirdPartyTests
{
    // Every licence that nobody has to think about. One that is not here is looked at before it is added: none of GPL, AGPL, LGPL, MPL, EPL or SSPL is.
    private static readonly HashSet<string> Allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "PostgreSQL"];

    private static string Page => Path.Combine(TestEnvironment.Root, ThirdParty.PagePath);

    [Fact]
    public void The_page_lists_the_packages_of_the_lock_files()
    {
        var page = ThirdParty.Page();
        if (TestEnvironment.Variable("DAWS_UPDATE") == "third-party")
        {
            File.WriteAllText(Page, page);
        }

        Assert.Equal(page, File.ReadAllText(Page));
        Assert.Contains(Readme.Blocks("Try it, test it"), block => block[0].StartsWith("DAWS_UPDATE=third-party dotnet test", StringComparison.Ordinal));
    }

    [Fact]
    public void No_licence_asks_for_ours() =>
        Assert.All(ThirdParty.Shipped().Concat(ThirdParty.NotShipped()), package => Assert.True(IsAllowed(package.Licence), $"{package.Id}: {package.Licence}"));

    [Theory]
    [InlineData("MIT", true)]
    [InlineData("MS-PL OR Apache-2.0", true)]
    [InlineData("MIT AND Apache-2.0", true)]
    [InlineData("MIT AND LGPL-2.1-only", false)]
    [InlineData("GPL-3.0-only", false)]
    [InlineData("AGPL-3.0-or-later", false)]
    [InlineData("GPL-2.0-only WITH Classpath-exception-2.0", false)]
    [InlineData("https://example.com/licence", false)]
    [InlineData("unknown", false)]
    public void A_licence_is_one_of_those_that_are_known(string licence, bool allowed) => Assert.Equal(allowed, IsAllowed(licence));

    [Fact]
    public void Every_project_is_restored_from_its_lock_file_only()
    {
        Assert.All(ThirdParty.LockFiles, file => Assert.True(File.Exists(file), $"There is no {file}."));
        Assert.Contains("dotnet restore --locked-mode", File.ReadAllText(Path.Combine(TestEnvironment.Root, ".ci", "run")), StringComparison.Ordinal);
        Assert.Contains(Dockerfile.Read().Of("RUN"), command => command.StartsWith("dotnet restore ", StringComparison.Ordinal) && command.EndsWith(" --locked-mode", StringComparison.Ordinal));
    }

    [Fact]
    public void A_package_with_a_known_fault_stops_the_build()
    {
        var properties = XDocument.Load(Path.Combine(TestEnvironment.Root, "Directory.Build.props"));
        string Property(string name) => properties.Descendants(name).Single().Value;

        Assert.Equal(("true", "all", "low"), (Property("NuGetAudit"), Property("NuGetAuditMode"), Property("NuGetAuditLevel")));
        Assert.EndsWith(";NU1901;NU1902;NU1903;NU1904", Property("WarningsAsErrors"), StringComparison.Ordinal);
        // All projects of the repository: none has its own.
        Assert.All(ThirdParty.LockFiles, file => Assert.DoesNotContain(
            "NuGetAudit", File.ReadAllText(Directory.GetFiles(Path.GetDirectoryName(file)!, "*.csproj").Single()), StringComparison.Ordinal));
    }

    // SPDX: of alternatives one will do, of what comes together each must.
    private static bool IsAllowed(string licence) =>
        licence.Split(" OR ").Any(alternative => alternative.Split(" AND ").All(part => Allowed.Contains(part.Trim('(', ')', ' '))));
}
