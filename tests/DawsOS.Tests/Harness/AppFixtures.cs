using DawsOS.Storage;

namespace DawsOS.Harness;

/// <summary>One running program for all tests of a class; each test brings its own users and series ids.</summary>
public abstract class AppFixture : IAsyncLifetime
{
    private DawsApp? _app;

    internal DawsApp App => _app!;

    private protected abstract Dialect Dialect { get; }

    private protected virtual int Silos => 1;

    public async ValueTask InitializeAsync()
    {
        _app = await DawsApp.StartAsync(Dialect);
        for (var silo = 1; silo < Silos; silo++)
        {
            await _app.JoinAsync();
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _app?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}

/// <summary>On embedded SQLite.</summary>
public sealed class SqliteApp : AppFixture
{
    private protected override Dialect Dialect => Dialect.Sqlite;
}

/// <summary>On a new database of the test Postgres.</summary>
public sealed class PostgresApp : AppFixture
{
    private protected override Dialect Dialect => Dialect.Postgres;
}

/// <summary>Three silos on a new database of the test Postgres, asked in turn.</summary>
public sealed class ThreeSilosApp : AppFixture
{
    private protected override Dialect Dialect => Dialect.Postgres;

    private protected override int Silos => 3;
}
