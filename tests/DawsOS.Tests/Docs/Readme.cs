using System.Text.RegularExpressions;

using DawsOS.Harness;

namespace DawsOS.Docs;

/// <summary>The parts of README.md that tests hold against the repository.</summary>
internal static partial class Readme
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(TestEnvironment.Root, "README.md"));

    /// <summary>The text under a second-level heading.</summary>
    public static string Section(string heading) => Text.Split("\n## ").Single(part => part.StartsWith(heading + "\n", StringComparison.Ordinal));

    /// <summary>The lines of every fenced block of a section.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Blocks(string heading) =>
        [.. Fence().Matches(Section(heading)).Select(match => match.Groups["body"].Value.Trim().Split('\n'))];

    /// <summary>The cells of the section's table, without its head.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Table(string heading) =>
        [.. Section(heading).Split('\n').Where(line => line.StartsWith('|')).Skip(2)
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];

    /// <summary>Everything in backticks.</summary>
    public static IEnumerable<string> Code(string text) => Backticks().Matches(text).Select(match => match.Groups["code"].Value);

    [GeneratedRegex("```[a-z]*\n(?<body>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`(?<code>[^`\n]+)`")]
    private static partial Regex Backticks();
}
