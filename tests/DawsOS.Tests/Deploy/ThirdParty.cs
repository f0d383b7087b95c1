using System.Text;
using System.Text.Json;
using System.Xml.Linq;

using DawsOS.Harness;

namespace DawsOS.Deploy;

/// <summary>One package as its own manifest describes it.</summary>
internal sealed record Package(string Id, string Version, string Licence, string From);

/// <summary>The packages of the lock files, and the page that lists them.</summary>
internal static class ThirdParty
{
    public const string PagePath = "deploy/THIRD-PARTY.md";

    private static readonly string Cache = TestEnvironment.Variable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>Every lock file of the repository, and no project without one.</summary>
    public static IReadOnlyList<string> LockFiles { get; } = [.. new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(TestEnvironment.Root, folder), "*.csproj", SearchOption.AllDirectories))
        .Select(project => Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"))
        .Order(StringComparer.Ordinal)];

    private static string HostLock { get; } = LockFiles.Single(file => file.Contains("DawsOS.Host", StringComparison.Ordinal));

    /// <summary>What is in the program's own directory when it is published.</summary>
    public static IReadOnlyList<Package> Shipped() => [.. Locked(HostLock).Where(package => Published().Contains(package.Id)).Select(Read)];

    /// <summary>What only builds, tests or measures it.</summary>
    public static IReadOnlyList<Package> NotShipped()
    {
        var shipped = Shipped().Select(package => (package.Id, package.Version)).ToHashSet();
        return [.. LockFiles.SelectMany(Locked).Distinct().Where(package => !shipped.Contains(package))
            .OrderBy(package => package.Id, StringComparer.OrdinalIgnoreCase).ThenBy(package => package.Version, StringComparer.Ordinal).Select(Read)];
    }

    public static string Page() => new StringBuilder()
        .Append("# What DawsOS is made of besides itself\n\n")
        .Append("Made from the lock files and the packages' own manifests; the README says how. The runtime and ASP.NET Core (MIT) come with the base image.\n")
        .Append("SQLitePCLRaw.lib.e_sqlite3 contains SQLite, which is in the public domain.\n")
        .Append("The passwords that are refused as common are from zxcvbn-ts (MIT, https://github.com/zxcvbn-ts/zxcvbn).\n\n")
        .Append("## Shipped\n\n").Append(Table(Shipped()))
        .Append("\n## Only for building, testing and measuring\n\n").Append(Table(NotShipped()))
        .ToString();

    private static string Table(IReadOnlyList<Package> packages) => packages.Aggregate(
        new StringBuilder("| package | version | licence | from |\n|---|---|---|---|\n"),
        (text, package) => text.Append($"| {package.Id} | {package.Version} | {package.Licence} | {package.From} |\n")).ToString();

    private static IEnumerable<(string Id, string Version)> Locked(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        return [.. json.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() != "Project")
            .Select(package => (package.Name, package.Value.GetProperty("resolved").GetString()!))
            .OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static HashSet<string> Published()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "DawsOS.Host.deps.json")));
        return [.. json.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package").Select(library => library.Name.Split('/')[0])];
    }

    private static Package Read((string Id, string Version) package)
    {
        var folder = Path.Combine(Cache, package.Id.ToLowerInvariant(), package.Version.ToLowerInvariant());
        var manifest = XDocument.Load(Path.Combine(folder, $"{package.Id.ToLowerInvariant()}.nuspec"));
        string? Element(string name) => manifest.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value.Trim() is { Length: > 0 } text ? text : null;
        var licence = manifest.Descendants().FirstOrDefault(element => element.Name.LocalName == "license");
        var source = manifest.Descendants().FirstOrDefault(element => element.Name.LocalName == "repository")?.Attribute("url")?.Value;
        return new Package(
            package.Id, package.Version,
            licence?.Attribute("type")?.Value switch
            {
                "expression" => licence.Value.Trim(),
                "file" => InFile(Path.Combine(folder, licence.Value.Trim())),
                _ => Element("licenseUrl") ?? "unknown",
            },
            source ?? Element("projectUrl") ?? $"https://www.nuget.org/packages/{package.Id}");
    }

    // The manifest names a file of the package.
    private static string InFile(string file)
    {
        var text = File.ReadAllText(file.Replace('\\', '/'));
        return text.Contains("MIT License", StringComparison.OrdinalIgnoreCase) && !text.Contains("GNU", StringComparison.Ordinal) ? "MIT" : "unknown";
    }
}
