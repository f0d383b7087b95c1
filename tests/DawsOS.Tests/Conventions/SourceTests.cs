using System.Text.RegularExpressions;

using DawsOS.Harness;

namespace DawsOS.Conventions;

/// <summary>Where things are is told by folder and file names alone.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] Nothings = ["Services", "Helpers", "Common", "Utils", "Models", "Managers", "Extensions", "Interfaces"];

    private static readonly string[] Files = [.. new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(TestEnvironment.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(TestEnvironment.Root, file).Replace('\\', '/'))
        .Where(file => !Built().IsMatch(file))];

    [Fact]
    public void No_file_is_longer_than_400_lines() =>
        Assert.All(Files, file => Assert.InRange(File.ReadLines(Path.Combine(TestEnvironment.Root, file)).Count(), 1, 400));

    [Fact]
    public void No_folder_is_named_after_nothing() => Assert.All(Files, file => Assert.Empty(file.Split('/').Intersect(Nothings)));

    [Fact]
    public void Namespaces_are_folders()
    {
        List<string> wrong = [];
        foreach (var file in Files)
        {
            // src/DawsOS.Engine/Alerts/AlertGrain.cs is in DawsOS.Alerts.
            var expected = string.Join('.', ["DawsOS", .. file.Split('/')[2..^1]]);
            var match = Namespace().Match(File.ReadAllText(Path.Combine(TestEnvironment.Root, file)));
            if (match.Success && match.Groups[1].Value != expected)
            {
                wrong.Add($"{file}: {match.Groups[1].Value}");
            }
        }
        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex("/(bin|obj)/")]
    private static partial Regex Built();
}
