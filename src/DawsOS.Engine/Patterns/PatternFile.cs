using System.Reflection;

namespace DawsOS.Patterns;

/// <summary>One definition as it was found.</summary>
internal sealed record PatternFile(string Name, byte[] Json)
{
    private const string Prefix = "patterns/";

    /// <summary>The definitions that come with the program.</summary>
    public static IEnumerable<PatternFile> BuiltIn()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var json = new byte[stream.Length];
            stream.ReadExactly(json);
            yield return new PatternFile(name[Prefix.Length..], json);
        }
    }
}

/// <summary>One fault of a definition.</summary>
/// <param name="Pointer">RFC 6901 pointer into the file.</param>
/// <param name="Code">E_JSON, E_UNKNOWN_KEY, E_TYPE, E_CAP, E_ARG, E_REF, E_FORWARD_REF, E_CYCLE, E_DUP or E_EXPR.</param>
internal sealed record PatternFinding(string File, string Pointer, string Code, string Message)
{
    public override string ToString() => $"{File}{(Pointer.Length == 0 ? "" : $" at {Pointer}")}: {Code}: {Message}";
}
