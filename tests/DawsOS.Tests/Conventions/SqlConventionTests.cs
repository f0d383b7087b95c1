using System.Text.RegularExpressions;

using DawsOS.Harness;
using DawsOS.Storage;

namespace DawsOS.Conventions;

/// <summary>Two dialects, one set of names.</summary>
public sealed partial class SqlConventionTests
{
    [Fact]
    public void Both_dialects_have_the_same_migrations_numbered_without_a_gap()
    {
        var postgres = Sql.Migrations(Dialect.Postgres).Select(migration => migration.Name).ToList();

        Assert.Equal(postgres, Sql.Migrations(Dialect.Sqlite).Select(migration => migration.Name));
        Assert.Equal(Enumerable.Range(1, postgres.Count), Sql.Migrations(Dialect.Postgres).Select(migration => migration.Number));
    }

    [Fact]
    public void Every_query_is_there_for_both_dialects_and_used()
    {
        var names = Sql.Names(Dialect.Postgres).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(names, Sql.Names(Dialect.Sqlite).Order(StringComparer.Ordinal));
        Assert.Empty(names.Except(Names()));
        Assert.All(names, name => Assert.Matches("^[a-z]+/[a-z_]+$", name));
    }

    [Fact]
    public void Every_query_that_is_asked_for_exists()
    {
        var features = Sql.Names(Dialect.Postgres).Select(name => name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)]).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(Names().Where(name => features.Any(feature => name.StartsWith(feature, StringComparison.Ordinal)))
            .Except(Sql.Names(Dialect.Postgres)));
    }

    // Texts of the form "feature/verb_noun" in the sources.
    private static IEnumerable<string> Names() => Directory
        .EnumerateFiles(Path.Combine(TestEnvironment.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => QueryName().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
        .Distinct();

    [GeneratedRegex("\"([a-z]+/[a-z_]+)\"")]
    private static partial Regex QueryName();
}
