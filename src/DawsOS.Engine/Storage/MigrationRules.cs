namespace DawsOS.Storage;

/// <summary>Decides what to apply, or why not to start.</summary>
internal static class MigrationRules
{
    /// <summary>The migrations still to apply, in order.</summary>
    /// <exception cref="StartupException">The database is newer than the program, or an applied migration is changed or missing here.</exception>
    public static IReadOnlyList<Migration> Plan(IReadOnlyList<Migration> known, IReadOnlyList<AppliedMigration> applied)
    {
        var byNumber = known.ToDictionary(m => m.Number);
        var newest = known.Count == 0 ? 0 : known[^1].Number;
        foreach (var done in applied)
        {
            if (done.Number > newest)
            {
                throw new StartupException(
                    $"The database has migration {done.Number:D4} ({done.Name}) but this program knows only up to {newest:D4}: start the newer DawsOS that made it.");
            }
            if (!byNumber.TryGetValue(done.Number, out var here))
            {
                throw new StartupException(
                    $"Migration {done.Number:D4} ({done.Name}) was applied to the database but is missing in this program: start the DawsOS that has it.");
            }
            if (here.Sha256 != done.Sha256)
            {
                throw new StartupException(
                    $"Migration {done.Number:D4} ({done.Name}) was changed after it was applied: restore its file and put the change into a new migration.");
            }
        }
        var last = applied.Count == 0 ? 0 : applied.Max(done => done.Number);
        var skipped = known.FirstOrDefault(m => m.Number < last && applied.All(done => done.Number != m.Number));
        return skipped is null
            ? [.. known.Where(m => m.Number > last)]
            : throw new StartupException(
                $"Migration {skipped.Number:D4} ({skipped.Name}) was never applied although {last:D4} was: give it a number above {last:D4}.");
    }
}
