using System.Collections.Frozen;
using System.Reflection;

namespace DawsOS.Storage;

/// <summary>SQL files, embedded at build: <c>sql/queries/&lt;feature&gt;/&lt;verb_noun&gt;[.&lt;dialect&gt;].sql</c> and the numbered migrations.</summary>
internal static class Sql
{
    private static readonly Assembly Here = typeof(Sql).Assembly;
    private static readonly FrozenDictionary<string, string> Postgres = Queries("postgres");
    private static readonly FrozenDictionary<string, string> Sqlite = Queries("sqlite");

    /// <summary>The text of <c>feature/verb_noun</c>: the dialect's own file, else the portable one.</summary>
    public static string Get(Dialect dialect, string name) =>
        (dialect == Dialect.Postgres ? Postgres : Sqlite).TryGetValue(name, out var text)
            ? text
            : throw new InvalidOperationException($"There is no sql/queries/{name}.sql for {dialect}.");

    public static IEnumerable<string> Names(Dialect dialect) => (dialect == Dialect.Postgres ? Postgres : Sqlite).Keys;

    /// <summary>The migrations of a dialect in order.</summary>
    public static IReadOnlyList<Migration> Migrations(Dialect dialect)
    {
        var prefix = dialect == Dialect.Postgres ? "sql/postgres/" : "sql/sqlite/";
        return [.. Here.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Migration.Of(Path.GetFileName(name), Read(name)))];
    }

    private static FrozenDictionary<string, string> Queries(string dialect)
    {
        const string Prefix = "sql/queries/";
        var suffix = $".{dialect}.sql";
        var names = Here.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        var portable = names.Where(name => Path.GetFileName(name).Count(c => c == '.') == 1).ToDictionary(name => name[Prefix.Length..^4], Read);
        foreach (var name in names.Where(name => name.EndsWith(suffix, StringComparison.Ordinal)))
        {
            portable[name[Prefix.Length..^suffix.Length]] = Read(name);
        }
        return portable.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(Here.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
