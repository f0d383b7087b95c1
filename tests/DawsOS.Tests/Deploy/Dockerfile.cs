using DawsOS.Harness;

namespace DawsOS.Deploy;

/// <summary>The image's instructions, one per entry, continued lines joined.</summary>
internal sealed record Dockerfile(IReadOnlyList<(string Name, string Arguments)> Instructions)
{
    public static Dockerfile Read()
    {
        var lines = File.ReadAllLines(Path.Combine(TestEnvironment.Root, "deploy", "Dockerfile"))
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.StartsWith('#'));
        var joined = string.Join('\n', lines).Replace("\\\n", "", StringComparison.Ordinal).Split('\n');
        return new Dockerfile([.. joined.Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts[1].Trim()))]);
    }

    public IEnumerable<string> Of(string name) => Instructions.Where(instruction => instruction.Name == name).Select(instruction => instruction.Arguments);

    /// <summary>NAME=value pairs of every ENV.</summary>
    public IReadOnlyDictionary<string, string> Environment => Of("ENV")
        .SelectMany(arguments => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>What is copied from the checkout, not from another stage.</summary>
    public IEnumerable<string> CopiedPaths => Of("COPY")
        .Where(arguments => !arguments.StartsWith("--from", StringComparison.Ordinal))
        .SelectMany(arguments => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries).SkipLast(1));
}
