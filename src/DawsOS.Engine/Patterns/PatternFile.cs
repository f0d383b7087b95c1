using System.Reflection;

namespace DawsOS.Patterns;

/// <summary>One definition as it was found.</summary>
internal sealed record PatternFile(string Name, byte[] Json)
{
    /// <summary>Bytes of one definition.</summary>
    public const int MaxBytes = 1 << 20;

    private const string Prefix = "patterns/";

    /// <summary>Why its content could not be read; null when it could.</summary>
    public string? Unreadable { get; init; }

    /// <summary>The definitions that come with the program.</summary>
    public static IEnumerable<PatternFile> BuiltIn()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            yield return new PatternFile(name[Prefix.Length..], Read(name));
        }
    }

    /// <summary>The JSON Schema of a definition.</summary>
    public static byte[] Schema() => Read("pattern.schema.json");

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>One fault of a definition.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 characters.</param>
/// <param name="Pointer">RFC 6901 pointer into the file; <c>""</c> for the whole.</param>
/// <param name="Code">E_JSON, E_UNKNOWN_KEY, E_TYPE, E_CAP, E_ARG, E_REF, E_FORWARD_REF, E_CYCLE, E_DUP, E_MAYBE_SKIPPED, E_EXPR or E_LIMIT.</param>
/// <param name="Message">What is wrong and what would be right.</param>
/// <param name="Suggestion">The known name that was probably meant; null when none is near.</param>
internal sealed record PatternFinding(string File, int Line, int Column, string Pointer, string Code, string Message, string? Suggestion = null)
{
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {Code}{(Pointer.Length == 0 ? "" : $" at {Pointer}")}: {Message}{(Suggestion is null ? "" : $" Did you mean '{Suggestion}'?")}";
}
